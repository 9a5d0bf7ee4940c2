import type { Results, TrialResult } from '../../results/result.js';
import { computeMean } from '../../statistics/mean.js';
import { missing } from '../../text/quantities.js';
import type { Column } from '../columns.js';
import { computeRows, type Row, type Rows, type RowsOptions } from '../rows.js';
import { computePivot, type Pivot } from './pivot.js';
import { findColumn, renderSetting, requireSetting } from './setting.js';

/**
 * Returns the rows with these columns only; what is no column of the table is a setting.
 * @throws UserError if it is neither.
 */
function pickColumns(table: Rows, keys: readonly string[]): Rows {
  const trials = table.rows.flatMap((row) => row.trials);
  const picked = keys.map((key): Column => {
    const column = findColumn(key);
    if (column) return column;
    if (trials.length > 0) requireSetting(trials, key);
    const isNumber = table.rows.every(({ trials: own }) => isNumeric(renderSetting(own, key)));
    return {
      name: key,
      align: isNumber ? 'right' : 'left',
      needed: 9,
      wraps: !isNumber,
      optional: false,
    };
  });
  const settings = picked.filter(({ name }) => !findColumn(name));
  const rows = table.rows.map((row): Row => {
    const added = settings.map(({ name }) => [name, renderSetting(row.trials, name)]);
    return { ...row, cells: { ...row.cells, ...Object.fromEntries(added) } };
  });
  return { ...table, columns: picked, rows };
}

/** Returns the columns in which rows differ; what a row is called and what it reached always stays. */
function keepChangedColumns(table: Rows): Rows {
  const columns = table.columns.filter(({ name }) => {
    const values = new Set(table.rows.map(({ cells }) => cells[name] ?? missing));
    return name === 'experiment' || name === 'test accuracy' || values.size > 1;
  });
  return { ...table, columns };
}

function isNumeric(text: string): boolean {
  return text === missing || (text !== '' && Number.isFinite(Number(text)));
}

/** By what rows are sorted: a column or a setting. */
interface Sort {
  readonly key: string;
  readonly order: 'ascending' | 'descending';
}

/**
 * Returns the rows in another order; those without a value stand last.
 * @throws UserError if the key is neither a column nor a setting.
 */
function sortRows(table: Rows, { key, order }: Sort): Rows {
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

/** How a reader wants the table. */
export interface View extends RowsOptions {
  readonly sort?: Sort;
  /** Columns and settings to show, in their order; all columns without. */
  readonly shown?: readonly string[];
  /** Whether columns that say the same in every row are left out. */
  readonly onlyChanged?: boolean;
  /** Two keys: a row and a column for each of their values, in place of the experiments. */
  readonly pivot?: Pivot;
}

/**
 * Returns the rows and columns of results as a reader wants them.
 * @throws UserError if a key is neither a column nor a setting.
 */
export function computeView(results: Results, view: View = {}): Rows {
  const rows = computeRows(results, view);
  if (view.pivot) return computePivot(rows, view.pivot, view.precision);
  const sorted = view.sort ? sortRows(rows, view.sort) : rows;
  const picked = view.shown ? pickColumns(sorted, view.shown) : sorted;
  return view.onlyChanged ? keepChangedColumns(picked) : picked;
}
