import type { Results } from '../../runner/result.js';
import { computeRows, type Rows, type RowsOptions } from '../rows.js';
import { keepChangedColumns, pickColumns } from './pick-columns.js';
import { computePivot, type Pivot } from './pivot.js';
import { type Sort, sortRows } from './sort-rows.js';

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
