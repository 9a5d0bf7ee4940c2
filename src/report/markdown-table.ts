import type { Results } from '../runner/result.js';
import { computeNotes } from './notes.js';
import { toPlainText } from './plain-text.js';
import { renderCount } from './quantities.js';
import { columns, computeRows, type Row } from './rows.js';

/** Renders the table for GitHub: a title, what the numbers were made with, the table, and notes below. */
export function renderMarkdownTable(results: Results): string {
  const rows = computeRows(results);
  const header = columns.map(({ name }) => name);
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  const lines = [header, rule, ...rows.map(renderCells)].map((cells) => `| ${cells.join(' | ')} |`);
  const notes = computeNotes(results).map((note) => `- ${escapeMarkdown(note)}`);
  const paragraphs = [
    `# ${renderTitle(results)}`,
    ...renderOrigin(results),
    lines.join('\n'),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function renderCells({ cells, failure }: Row): string[] {
  const texts = failure === undefined ? cells : { ...cells, 'test accuracy': failure };
  return columns.map(({ name }) => escapeMarkdown(texts[name]));
}

function renderTitle({ trials }: Results): string {
  const experiments = new Set(trials.map(({ experiment }) => experiment.name)).size;
  const noun = experiments === 1 ? 'experiment' : 'experiments';
  const title = `Test accuracy of ${renderCount(experiments)} ${noun} on CIFAR-10`;
  const seeds = [...new Set(trials.map(({ seed }) => seed))];
  if (seeds.length === 0) return title;
  return seeds.length > 1 ? `${title}, ${seeds.length} seeds` : `${title}, seed ${seeds[0]}`;
}

/** What the numbers were made with; nothing before there are any. */
function renderOrigin({ trials: [first] }: Results): string[] {
  if (!first) return [];
  const { environment, startedAt } = first;
  const { prepLab, tensorflow, node, platform, device, deviceName, threads } = environment;
  const threadNoun = threads === 1 ? 'thread' : 'threads';
  const { precision, execution } = environment;
  const unusual = [precision, execution].filter((mode) => mode !== 'float32' && mode !== 'graph');
  const parts = [
    `prep-lab ${prepLab}, TensorFlow ${tensorflow}, Node ${node}, ${platform}`,
    [`${device.toUpperCase()}: ${deviceName}`, `${threads} ${threadNoun}`, ...unusual].join(', '),
    `begun ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
  ];
  return [escapeMarkdown(`${toPlainText(parts.join('; '))}.`)];
}

/**
 * Escapes what GitHub would read as a table's border, markup, HTML or a link. Line breaks, which a table row could
 * not hold, are gone already: see `toPlainText`.
 */
function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_~|<>$]/g, '\\$&')
    .replace(/\](?=[([:])/g, '\\]');
}
