import { missing } from '../../../text/quantities.js';
import type { Column } from '../../columns.js';
import { accuracy } from '../../figures/accuracy.js';
import { differences } from '../../figures/differences.js';
import { computeReadingNotes } from '../../notes.js';
import { computeRows, type Row } from '../../rows.js';
import { renderFigureHtml } from '../figure-html.js';
import { html } from '../html.js';
import type { Section } from '../section.js';
import { renderHtmlTable } from '../table.js';

/** How good each arm is: the chart, the table of the terminal, and its notes. */
export const accuracySection: Section = {
  id: 'accuracy',
  title: 'Accuracy',
  async render(content) {
    const { results, control } = content;
    const shown = computeRows(results, { control });
    const { columns, rows } = shown;
    const table = renderHtmlTable({
      caption: 'Test accuracy of each experiment',
      columns: columns.map(({ name, align }) => ({ title: name, align })),
      rows: rows.map((row) => renderRow(row, columns)),
    });
    const notes = computeReadingNotes(results, shown).map(({ text }) => html`<li>${text}</li>\n`);
    const list = notes.length > 0 ? html`<ul class="muted">\n${notes}</ul>\n` : undefined;
    const compared = await renderFigureHtml(differences, content);
    const heading = compared && html`<h3>${differences.title}</h3>\n`;
    return html`${await renderFigureHtml(accuracy, content)}${heading}${compared}${table}${list}`;
  },
};

/** A failed trial's reason takes the place of its numbers. */
function renderRow({ cells, failure }: Row, columns: readonly Column[]): string[] {
  const names = columns.map(({ name }) => name);
  const shown = failure === undefined ? names : names.slice(0, names.indexOf('test accuracy'));
  const texts = shown.map((name) => cells[name] ?? missing);
  return failure === undefined ? texts : [...texts, failure];
}
