import type { Column } from '../columns.js';
import { missing } from '../quantities.js';
import type { Row, Rows } from '../rows.js';
import { findColumn, renderSetting, requireSetting } from './setting.js';

/**
 * Returns the rows with these columns only; what is no column of the table is a setting.
 * @throws UserError if it is neither.
 */
export function pickColumns(table: Rows, keys: readonly string[]): Rows {
  const trials = table.rows.flatMap((row) => row.trials);
  const picked = keys.map((key): Column => {
    const column = findColumn(key);
    if (column) return column;
    if (trials.length > 0) requireSetting(trials, key);
    const isNumber = table.rows.every(({ trials: own }) => isNumeric(renderSetting(own, key)));
    return { name: key, align: isNumber ? 'right' : 'left', needed: 9, optional: false };
  });
  const settings = picked.filter(({ name }) => !findColumn(name));
  const rows = table.rows.map((row): Row => {
    const added = settings.map(({ name }) => [name, renderSetting(row.trials, name)]);
    return { ...row, cells: { ...row.cells, ...Object.fromEntries(added) } };
  });
  return { ...table, columns: picked, rows };
}

/** Returns the columns in which rows differ; what a row is called and what it reached always stays. */
export function keepChangedColumns(table: Rows): Rows {
  const columns = table.columns.filter(({ name }) => {
    const values = new Set(table.rows.map(({ cells }) => cells[name] ?? missing));
    return name === 'experiment' || name === 'test accuracy' || values.size > 1;
  });
  return { ...table, columns };
}

function isNumeric(text: string): boolean {
  return text === missing || (text !== '' && Number.isFinite(Number(text)));
}
