import { missing } from '../../../text/quantities.js';
import type { Column } from '../../columns.js';
import { accuracy } from '../../figures/accuracy.js';
import { differences } from '../../figures/differences.js';
import { computeReadingNotes } from '../../notes.js';
import { computeRows, type Row } from '../../rows.js';
import { renderFiguresHtml } from '../figure-html.js';
import { html } from '../html.js';
import type { Section } from '../section.js';
import { type Cell, renderHtmlTable } from '../table.js';

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
    const list = notes.length > 0 ? html`<ul class="notes muted">\n${notes}</ul>\n` : undefined;
    const charts = await renderFiguresHtml([accuracy, differences], content);
    return html`${charts}${table}${list}`;
  },
};

/** A failed trial's reason takes the place of its numbers. */
function renderRow({ cells, failure }: Row, columns: readonly Column[]): Cell[] {
  const names = columns.map(({ name }) => name);
  const shown = failure === undefined ? names : names.slice(0, names.indexOf('test accuracy'));
  const texts = shown.map((name) => fade(cells[name] ?? missing));
  return failure === undefined ? texts : [...texts, failure];
}

/** A difference that is not significant must not look like one that is. */
function fade(text: string): Cell {
  return text === missing || text.startsWith('~') ? html`<span class="faint">${text}</span>` : text;
}
