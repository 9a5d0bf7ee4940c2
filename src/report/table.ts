import Table, { type Cell, type TableConstructorOptions } from 'cli-table3';
import type { Verdict } from '../analysis/comparison/compare-arms.js';
import type { Results } from '../results/result.js';
import { type Paint, plainPaint, type Tone } from '../text/paint.js';
import { missing, renderList } from '../text/quantities.js';
import { wrapText } from '../text/wrap.js';
import type { Column } from './columns.js';
import { gap, layOutColumns, type SizedColumn, totalWidth } from './layout.js';
import { type Note, renderFirstNotes, renderNotes } from './notes/note.js';
import { computeNotes, computeShortNotes } from './notes.js';
import type { Row, Rows } from './rows.js';
import { computeView, type View } from './view/view.js';

export { renderMarkdownTable } from './markdown-table.js';

export interface TableOptions extends View {
  /** The terminal's width, if it is one. */
  readonly columns?: number;
  /** `first`: those that matter most, in five lines; `all` of them. Default: `first`. */
  readonly notes?: 'first' | 'all';
  /** How the terminal shows colours; without, none. */
  readonly paint?: Paint;
}

/** Renders the table for a terminal, with notes below. */
export function renderTable(results: Results, options: TableOptions = {}): string {
  const { columns: width, notes = 'first', paint = plainPaint, ...view } = options;
  const table = computeView(results, view);
  const sized = layOutColumns(table, width);
  const omitted = table.columns.length - sized.length;
  const shown = { ...table, columns: sized.map(({ column }) => column) };
  const lines =
    notes === 'all'
      ? renderNotes([...noteOnOmitted(table, sized), ...computeNotes(results, shown)], {
          width,
          paint,
        })
      : renderFirstNotes(computeShortNotes(results, shown), {
          width,
          paint,
          ...(omitted > 0 && { leftOut: `${omitted} ${omitted === 1 ? 'column' : 'columns'}` }),
        });
  return [`${renderRows(table.rows, { sized, paint })}\n`, ...lines, ''].join('\n');
}

interface Look {
  readonly sized: readonly SizedColumn[];
  readonly paint: Paint;
}

function renderRows(rows: readonly Row[], { sized, paint }: Look): string {
  const header = sized.map(({ column, width }) =>
    paintLines(wrapText(column.name, width), (line) => paint('strong', line)),
  );
  const body = rows.map((row) => renderRow(row, { sized, paint }));
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

function renderRow(row: Row, { sized, paint }: Look): TextCell[] {
  const { cells, failure } = row;
  const first = sized.findIndex(({ column }) => column.name === 'test accuracy');
  const plain = failure === undefined || first < 0 ? sized : sized.slice(0, first);
  const rendered = plain.map(({ column, width }): TextCell => {
    const tone = toneOf(row, column);
    const lines = wrapText(cells[column.name] ?? missing, width);
    return { content: paintLines(lines, (line) => (tone ? paint(tone, line) : line)) };
  });
  if (failure === undefined || first < 0) return rendered;
  const spanned = sized.slice(first);
  // The library counts one character between two columns, whatever stands there, and cuts what is longer.
  const width = spanned.reduce((sum, each) => sum + each.width, spanned.length - 1);
  const content = paintLines(wrapText(failure, width), (line) => paint('bad', line));
  return [...rendered, { content, colSpan: spanned.length, hAlign: 'left' }];
}

const verdictTones = {
  better: 'good',
  worse: 'bad',
  'no difference': 'muted',
  'too few': 'muted',
} as const satisfies Record<Verdict, Tone>;

/** Signs and "~" say the same without colours. */
function toneOf({ verdict }: Row, { name }: Column): Tone | undefined {
  if (!name.startsWith('against ') || verdict === undefined) return undefined;
  return verdictTones[verdict];
}

/** A colour that went on over a line's end would run through the columns beside. */
function paintLines(lines: readonly string[], paint: (line: string) => string): string {
  return lines.map((line) => (line === '' ? line : paint(line))).join('\n');
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

function noteOnOmitted({ columns }: Rows, sized: readonly SizedColumn[]): Note[] {
  const shown = new Set(sized.map(({ column }) => column));
  const omitted = columns.filter((column) => !shown.has(column)).map(({ name }) => name);
  if (omitted.length === 0) return [];
  const text = `Not shown in a terminal this narrow: ${renderList(omitted)} (table.md has all).`;
  return [{ rank: 'meaning', text }];
}
