import type { Results } from '../results/result.js';
import { escapeMarkdown } from '../text/markdown.js';
import { missing } from '../text/quantities.js';
import type { Column } from './columns.js';
import { computeNotes } from './notes.js';
import { renderOrigin } from './origin.js';
import type { Row } from './rows.js';
import { renderTitle } from './title.js';
import { computeView, type View } from './view/view.js';

/** Renders the table for GitHub: a title, what the numbers were made with, the table, and notes below. */
export function renderMarkdownTable(results: Results, view: View = {}): string {
  const table = computeView(results, view);
  const { columns, rows } = table;
  const header = columns.map(({ name }) => escapeMarkdown(name));
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  const body = rows.map((row) => renderCells(row, columns));
  const lines = [header, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`);
  const notes = computeNotes(results, table).map(({ text }) => `- ${escapeMarkdown(text)}`);
  const origin = renderOrigin(results);
  const paragraphs = [
    `# ${renderTitle(results)}`,
    ...(origin === '' ? [] : [escapeMarkdown(origin)]),
    lines.join('\n'),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function renderCells({ cells, failure }: Row, columns: readonly Column[]): string[] {
  const texts = failure === undefined ? cells : { ...cells, 'test accuracy': failure };
  return columns.map(({ name }) => escapeMarkdown(texts[name] ?? missing));
}
