import type { Results } from '../../results/result.js';
import { missing } from '../../text/quantities.js';
import { renderDocument } from '../html/document.js';
import { html } from '../html/html.js';
import { renderHtmlTable } from '../html/table.js';
import { computeNotes } from '../notes.js';
import { renderOrigin } from '../origin.js';
import { renderTitle } from '../title.js';
import { computeView } from '../view/view.js';
import type { ExportOptions } from './format.js';

/** Renders the whole table, with what is to be known of it, as a page of its own. */
export function renderHtml(results: Results, view: ExportOptions = {}): string {
  const shown = computeView(results, view);
  const { columns, rows } = shown;
  const title = renderTitle(results);
  const table = renderHtmlTable({
    caption: 'Experiments',
    columns: columns.map(({ name, align }) => ({ title: name, align })),
    rows: rows.map(({ cells, failure }) => {
      const texts = failure === undefined ? cells : { ...cells, 'test accuracy': failure };
      return columns.map(({ name }) => texts[name] ?? missing);
    }),
    mostRows: Number.POSITIVE_INFINITY,
  });
  const notes = computeNotes(results, shown);
  const body = html`<header>
<h1>${title}</h1>
<p class="muted">${renderOrigin(results)}</p>
</header>
<main>
${table}<ul>
${notes.map(({ text }) => html`<li>${text}</li>\n`)}</ul>
</main>
`;
  return renderDocument({ title, body });
}
