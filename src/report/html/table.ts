import { missing, renderCount } from '../../text/quantities.js';
import { Html, type HtmlPart, html } from './html.js';

/** A number as readers see it and as it is. */
interface NumberCell {
  readonly value: number | undefined;
  render(value: number): string;
}

export type Cell = string | Html | NumberCell;

interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export interface TableContent {
  readonly caption: string;
  /** The first column names the row. */
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly mostRows?: number;
}

/** Renders a table that opens on a click, and by itself in print: for numbers that few readers look up. */
export function renderFoldedTable(content: TableContent): Html {
  return html`<details class="folded"><summary>${captionOf(content)}</summary>
${renderHtmlTable(content)}</details>
`;
}

function captionOf({ caption, rows, mostRows = usualRows }: TableContent): string {
  if (rows.length <= mostRows) return caption;
  return `${caption}: the first ${renderCount(mostRows)} of ${renderCount(rows.length)} rows`;
}

/** A page with more rows of a table is slow to open; `prep-lab table` and the exports have all. */
const usualRows = 500;

/**
 * Renders a table, or the first rows of a long one, that scrolls by itself where it is wider than the page, with the
 * keyboard too. Numbers carry their exact value as `<data value>`.
 */
export function renderHtmlTable(content: TableContent): Html {
  const { caption, columns, rows, mostRows = usualRows } = content;
  const head = columns.map(
    ({ title, align }) => html`<th scope="col"${alignment(align)}>${title}</th>`,
  );
  const body = rows.slice(0, mostRows).map((cells) => {
    const rendered = cells.map((cell, at) => {
      const content = renderCell(cell);
      const align = alignment(columns[at]?.align);
      const rest = columns.length - at;
      // A failed trial has a reason in place of its numbers.
      if (at === cells.length - 1 && rest > 1) return html`<td colspan="${rest}">${content}</td>`;
      return at === 0
        ? html`<th scope="row"${align}>${content}</th>`
        : html`<td${align}>${content}</td>`;
    });
    return html`<tr>${rendered}</tr>\n`;
  });
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table><caption>${captionOf(content)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>
`;
}

function alignment(align: TableColumn['align']): HtmlPart {
  return align === 'right' ? html` class="number"` : undefined;
}

function renderCell(cell: Cell): HtmlPart {
  if (typeof cell === 'string' || cell instanceof Html) return cell;
  const { value, render } = cell;
  if (value === undefined || value === null) return missing;
  return html`<data value="${value}">${render(value)}</data>`;
}
