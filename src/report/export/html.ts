import type { Results } from '../../results/result.js';
import { escapeXml } from '../../text/escape-xml.js';
import { missing } from '../../text/quantities.js';
import type { Column } from '../columns.js';
import { computeNotes, noteOnFindings } from '../notes.js';
import { renderOrigin } from '../origin.js';
import type { Row } from '../rows.js';
import { renderTitle } from '../title.js';
import { computeView } from '../view/view.js';
import type { ExportOptions } from './format.js';

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #8886; padding: 0.4rem 0.8rem; text-align: left; vertical-align: top; }
td:not(.right) { min-width: 8rem; overflow-wrap: anywhere; }
.right { text-align: right; }
td.right { white-space: nowrap; }`;

/** Renders the table as a page of its own: no scripts, nothing from a network. */
export function renderHtml(results: Results, view: ExportOptions = {}): string {
  const { columns, rows, comparisons, notes: own = [] } = computeView(results, view);
  const title = escapeXml(renderTitle(results));
  const header = columns.map(
    ({ name, align }) => `<th scope="col"${classOf(align)}>${escapeXml(name)}</th>`,
  );
  const body = rows.map((row) => `<tr>${renderCells(row, columns)}</tr>`);
  const all = [...own, ...computeNotes(results, comparisons), ...noteOnFindings(results)];
  const notes = all.map((note) => `<li>${escapeXml(note)}</li>`);
  return renderPage(title, [
    `<h1>${title}</h1>`,
    `<p>${escapeXml(renderOrigin(results))}</p>`,
    '<div class="scroll" role="region" aria-label="Table" tabindex="0">',
    '<table>',
    `<thead><tr>${header.join('')}</tr></thead>`,
    `<tbody>\n${body.join('\n')}\n</tbody>`,
    '</table>',
    '</div>',
    `<ul>\n${notes.join('\n')}\n</ul>`,
  ]);
}

function renderPage(title: string, main: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>
${style}
</style>
</head>
<body>
<main>
${main.join('\n')}
</main>
</body>
</html>
`;
}

function renderCells({ cells, failure }: Row, columns: readonly Column[]): string {
  const texts = failure === undefined ? cells : { ...cells, 'test accuracy': failure };
  return columns
    .map(({ name, align }) => `<td${classOf(align)}>${escapeXml(texts[name] ?? missing)}</td>`)
    .join('');
}

function classOf(align: 'left' | 'right'): string {
  return align === 'right' ? ' class="right"' : '';
}
