import type { TrialResult } from '../../runner/result.js';
import { computeMean } from '../../statistics/mean.js';
import { missing } from '../quantities.js';
import type { Row, Rows } from '../rows.js';
import { findColumn, renderSetting, requireSetting } from './setting.js';

/** By what rows are sorted: a column or a setting. */
export interface Sort {
  readonly key: string;
  readonly order: 'ascending' | 'descending';
}

/**
 * Returns the rows in another order; those without a value stand last.
 * @throws UserError if the key is neither a column nor a setting.
 */
export function sortRows(table: Rows, { key, order }: Sort): Rows {
  const column = findColumn(key);
  const trials = table.rows.flatMap((row) => row.trials);
  if (!column && trials.length > 0) requireSetting(trials, key);
  const readValue = (row: Row) =>
    column ? valueInColumn(row, column.name) : toSortable(renderSetting(row.trials, key));
  const keyed = table.rows.map((row) => ({ row, value: readValue(row) }));
  const sign = order === 'ascending' ? 1 : -1;
  keyed.sort((a, b) => {
    if (a.value === undefined || b.value === undefined) {
      return Number(a.value === undefined) - Number(b.value === undefined);
    }
    return sign * compareValues(a.value, b.value);
  });
  return { ...table, rows: keyed.map(({ row }) => row) };
}

type Sortable = string | number | undefined;

/** The accuracy and the time are rounded in their cells; other numbers are read from theirs. */
function valueInColumn({ trials, cells, failure }: Row, name: string): Sortable {
  const done = trials.filter((trial) => trial.status === 'done');
  if (name === 'test accuracy') return meanOf(done.map(({ test }) => test.accuracy));
  if (name === 'train time') return meanOf(done.map(({ trainSeconds }) => trainSeconds));
  if (name === 'epochs') return meanOf(trials.map(countEpochs));
  const text = cells[name] ?? missing;
  if (failure !== undefined && text === missing) return undefined;
  const isText = ['experiment', 'preprocessing', 'model', 'device'].includes(name);
  return isText ? toSortable(text) : firstNumber(text);
}

function countEpochs({ history }: TrialResult): number {
  return history.length;
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : computeMean(values);
}

/** "~ -0.50 (-1.20 to +0.20)" is -0.5, "3,102" is 3102. */
function firstNumber(text: string): number | undefined {
  const [number] = /[-+]?\d+(?:\.\d+)?/.exec(text.replaceAll(',', '')) ?? [];
  return number === undefined ? undefined : Number(number);
}

function toSortable(text: string): Sortable {
  if (text === missing) return undefined;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
