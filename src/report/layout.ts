import { missing } from '../text/quantities.js';
import { breakAtHyphens, breakAtSpaces, widthOf } from '../text/wrap.js';
import type { Column } from './columns.js';
import type { Row, Rows } from './rows.js';

/** A column with its width in characters. */
export interface SizedColumn {
  readonly column: Column;
  readonly width: number;
}

/** Characters between two columns. */
export const gap = 2;

interface Limits {
  readonly column: Column;
  /** Below it, words would be broken or rows become too tall. */
  readonly least: number;
  /** The longest cell; headers may always be broken at spaces. */
  readonly natural: number;
}

/** A pipeline has many words: in a narrower column its row takes more lines than a reader wants. */
const leastPipeline = 24;

/**
 * Returns the columns that fit into a terminal's width, with their own widths: first the widest are narrowed, as far
 * as no word is broken; if that is not enough, the least needed columns are left out. Without a width all are shown.
 */
export function layOutColumns(
  { columns, rows }: Pick<Rows, 'columns' | 'rows'>,
  terminalWidth?: number,
): SizedColumn[] {
  const limits = columns.map((column) => measureColumn(column, rows));
  if (terminalWidth === undefined) {
    return limits.map(({ column, natural }) => ({ column, width: natural }));
  }
  return narrow(chooseColumns(limits, terminalWidth), terminalWidth);
}

function measureColumn(column: Column, rows: readonly Row[]): Limits {
  const texts = rows.map(({ cells }) => cells[column.name] ?? missing);
  const longestText = longest(texts);
  const parts = column.wraps ? texts.flatMap(breakCell) : texts;
  const floor = column.name === 'preprocessing' ? Math.min(leastPipeline, longestText) : 0;
  const least = Math.max(floor, longest([...breakAtSpaces(column.name), ...parts]));
  return { column, least, natural: Math.max(least, longestText) };
}

/** Words stay whole, as long as they leave room for other columns. */
function breakCell(text: string): string[] {
  return breakAtSpaces(text).flatMap((word) =>
    widthOf(word.trimEnd()) > leastPipeline ? breakAtHyphens(word) : [word],
  );
}

/** The most needed that fit together, in their order. */
function chooseColumns(limits: readonly Limits[], terminalWidth: number): readonly Limits[] {
  const byNeed = [...limits].sort((a, b) => b.column.needed - a.column.needed);
  const chosen = new Set<Limits>();
  for (const each of byNeed) {
    const widths = [...chosen, each].map(({ least }) => least);
    if (chosen.size === 0 || totalWidth(widths) <= terminalWidth) chosen.add(each);
  }
  return limits.filter((each) => chosen.has(each));
}

function narrow(limits: readonly Limits[], terminalWidth: number): SizedColumn[] {
  const widths = limits.map(({ natural }) => natural);
  while (totalWidth(widths) > terminalWidth) {
    const spare = widths.map((width, index) => (width > (limits[index]?.least ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    widths[spare.indexOf(widest)] = widest - 1;
  }
  return limits.map(({ column }, index) => ({ column, width: widths[index] ?? 0 }));
}

/** Returns the width of columns with the gaps between them. */
export function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap);
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => widthOf(text.trimEnd())));
}
