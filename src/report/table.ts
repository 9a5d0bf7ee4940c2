import Table, { type Cell, type TableConstructorOptions } from 'cli-table3';
import type { Results } from '../results/result.js';
import { missing, renderList } from '../text/quantities.js';
import { wrapText } from '../text/wrap.js';
import type { Column } from './columns.js';
import { gap, layOutColumns, type SizedColumn, totalWidth } from './layout.js';
import { computeNotes, noteOnFindings } from './notes.js';
import type { Row } from './rows.js';
import { computeView, type View } from './view/view.js';

export { renderMarkdownTable } from './markdown-table.js';

export interface TableOptions extends View {
  /** The terminal's width, if it is one. */
  readonly columns?: number;
}

/** Renders the table for a terminal, with notes below: no colours. */
export function renderTable(results: Results, options: TableOptions = {}): string {
  const { columns: terminalWidth, ...view } = options;
  const table = computeView(results, view);
  const { columns, rows, comparisons } = table;
  const sized = layOutColumns({ columns, rows }, terminalWidth);
  const notes = [
    ...noteOnOmitted(columns, sized),
    ...(table.notes ?? []),
    ...computeNotes(results, comparisons),
    ...noteOnFindings(results),
  ];
  const lines = notes.map((note) => renderNote(note, terminalWidth));
  return [`${renderRows(rows, sized)}\n`, ...lines, ''].join('\n');
}

function renderNote(note: string, terminalWidth = Number.POSITIVE_INFINITY): string {
  const [bullet, indent] = ['- ', '  '];
  return bullet + wrapText(note, terminalWidth - bullet.length).join(`\n${indent}`);
}

function renderRows(rows: readonly Row[], sized: readonly SizedColumn[]): string {
  const header = sized.map(({ column, width }) => wrapText(column.name, width).join('\n'));
  const body = rows.map((row) => renderRow(row, sized));
  const isWrapped = body.flat().some((cell) => cell.content.includes('\n'));
  const rule = '─'.repeat(totalWidth(sized.map(({ width }) => width)));
  const first = renderPart(body.slice(0, rowsAtOnce), tableStyle({ header, sized, isWrapped }));
  const style = tableStyle({ header: [], sized, isWrapped });
  const more = cutRows(body.slice(rowsAtOnce)).map((part) => renderPart(part, style));
  const lines = [first, ...more].join(isWrapped ? `\n${rule}\n` : '\n').split('\n');
  // Where a cell spans columns, the table draws its rules without the gaps.
  return lines.map((line) => (/^─+$/.test(line) ? rule : line.trimEnd())).join('\n');
}

/** The table's library takes time with the square of the rows: 10,000 at once took 60 s. */
const rowsAtOnce = 100;

function cutRows(body: readonly TextCell[][]): TextCell[][][] {
  const count = Math.ceil(body.length / rowsAtOnce);
  return Array.from({ length: count }, (_, index) =>
    body.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
  );
}

function renderPart(body: readonly TextCell[][], style: TableConstructorOptions): string {
  const table = new Table(style);
  table.push(...body);
  return table.toString();
}

type TextCell = Exclude<Cell, string | number | bigint | boolean | null | undefined> & {
  readonly content: string;
};

function renderRow({ cells, failure }: Row, sized: readonly SizedColumn[]): TextCell[] {
  const first = sized.findIndex(({ column }) => column.name === 'test accuracy');
  const plain = failure === undefined || first < 0 ? sized : sized.slice(0, first);
  const rendered: TextCell[] = plain.map(({ column, width }) => ({
    content: wrapText(cells[column.name] ?? missing, width).join('\n'),
  }));
  if (failure === undefined || first < 0) return rendered;
  const spanned = sized.slice(first);
  // The library counts one character between two columns, whatever stands there, and cuts what is longer.
  const width = spanned.reduce((sum, each) => sum + each.width, spanned.length - 1);
  const content = wrapText(failure, width).join('\n');
  return [...rendered, { content, colSpan: spanned.length, hAlign: 'left' }];
}

interface StyleOptions {
  readonly header: string[];
  readonly sized: readonly SizedColumn[];
  /** Rows of several lines need a rule between them. */
  readonly isWrapped: boolean;
}

function tableStyle({ header, sized, isWrapped }: StyleOptions): TableConstructorOptions {
  const none = ['top', 'bottom', 'left', 'right'].flatMap((side) => [
    [side, ''],
    [`${side}-mid`, ''],
    [`${side}-left`, ''],
    [`${side}-right`, ''],
  ]);
  const rules = { mid: '─', 'mid-mid': '─'.repeat(gap), middle: ' '.repeat(gap) };
  return {
    head: header,
    colAligns: sized.map(({ column }) => column.align),
    colWidths: sized.map(({ width }) => width),
    chars: { ...Object.fromEntries(none), ...rules },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: !isWrapped },
  };
}

function noteOnOmitted(columns: readonly Column[], sized: readonly SizedColumn[]): string[] {
  const shown = new Set(sized.map(({ column }) => column));
  const omitted = columns.filter((column) => !shown.has(column)).map(({ name }) => name);
  if (omitted.length === 0) return [];
  return [`Not shown in a terminal this narrow: ${renderList(omitted)} (table.md has all).`];
}
