import { toPlainText } from './plain-text.js';

/** What stands in a cell; nothing where there is no value. */
export type CellValue = string | number | boolean | undefined;

/** Characters with which a spreadsheet begins a formula, also in their wide forms. */
const formulaStart = /^[=+\-@＝＋－＠]/;

/**
 * Renders a line of CSV (RFC 4180). Texts come from anybody's file: one that a spreadsheet would compute as a formula
 * gets an apostrophe before it. Numbers are never touched.
 */
export function renderCsvLine(cells: readonly CellValue[]): string {
  return `${renderCsvCells(cells)}\n`;
}

/** Renders a part of such a line. */
export function renderCsvCells(cells: readonly CellValue[]): string {
  return cells.map(renderCell).join(',');
}

function renderCell(value: CellValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = toPlainText(value);
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return /[",;]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
