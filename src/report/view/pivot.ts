import type { TrialResult } from '../../results/result.js';
import { missing, renderAccuracies, renderCount } from '../../text/quantities.js';
import type { Column } from '../columns.js';
import type { Row, Rows } from '../rows.js';
import { readSetting, requireSetting } from './setting.js';

/** Two keys whose values become rows and columns. */
export interface Pivot {
  readonly rows: string;
  readonly cols: string;
}

/** The trials of one place of a pivot, and how many experiments they belong to. */
interface Place {
  readonly trials: TrialResult[];
  readonly arms: Set<Row['trials']>;
}

/** Places by the value of the rows' key, then by that of the columns'. */
type Places = ReadonlyMap<string, ReadonlyMap<string, Place>>;

/**
 * Returns test accuracies by the values of two keys: "71.3 ± 0.4 % (5)" is the mean over five trials. A star marks a mean
 * over several experiments.
 * @throws UserError if a key is neither "experiment", "preprocessing", "model", "seed" nor a setting.
 */
export function computePivot(table: Rows, { rows, cols }: Pivot, digits?: number): Rows {
  const trials = table.rows.flatMap((row) => row.trials);
  if (trials.length > 0) for (const key of [rows, cols]) requireSetting(trials, key);
  const places = placeTrials(table.rows, { rows, cols });
  const header = sortValues([...places.values()].flatMap((line) => [...line.keys()]));
  const corner = `${rows} / ${cols}`;
  const columns = [
    { name: corner, align: 'left', needed: 2, wraps: true, optional: false } as const,
    ...header.map(
      (name): Column => ({ name, align: 'right', needed: 1, wraps: false, optional: false }),
    ),
  ];
  const body = sortValues([...places.keys()]).map((down): Row => {
    const cells = header.map((name) => [name, renderPlace(places.get(down)?.get(name), digits)]);
    return { cells: { ...Object.fromEntries(cells), [corner]: down }, trials: [] };
  });
  const isMixed = [...places.values()].some((line) => [...line.values()].some(mixesArms));
  const notes = isMixed ? ['* is a mean over several experiments.'] : [];
  return { ...table, columns, rows: body, notes };
}

function placeTrials(rows: readonly Row[], keys: Pivot): Places {
  const places = new Map<string, Map<string, Place>>();
  for (const row of rows) {
    const arm = armOf(row);
    for (const trial of row.trials) {
      const down = readSetting(trial, keys.rows) ?? missing;
      const right = readSetting(trial, keys.cols) ?? missing;
      const line = places.get(down) ?? new Map<string, Place>();
      const place = line.get(right) ?? { trials: [], arms: new Set() };
      place.trials.push(trial);
      place.arms.add(arm);
      places.set(down, line.set(right, place));
    }
  }
  return places;
}

/** A failed trial has a row of its own, but belongs to the experiment of its name. */
function armOf(row: Row): Row['trials'] {
  return row.failure === undefined ? row.trials : [];
}

function renderPlace(place: Place | undefined, digits: number | undefined): string {
  if (!place) return missing;
  const done = place.trials.filter((trial) => trial.status === 'done');
  const failed = place.trials.length - done.length;
  const failures = failed > 0 ? `${renderCount(failed)} failed` : '';
  if (done.length === 0) return failures;
  const rates = done.map(({ test }) => test.accuracy);
  const count = done.length > 1 ? ` (${renderCount(done.length)})` : '';
  const star = mixesArms(place) ? '*' : '';
  const text = `${renderAccuracies(rates, digits)}${star}${count}`;
  return failures === '' ? text : `${text}, ${failures}`;
}

function mixesArms({ arms }: Place): boolean {
  return [...arms].filter((trials) => trials.length > 0).length > 1;
}

/** Each value once: numbers by their size, texts as they come. */
function sortValues(all: readonly string[]): string[] {
  const values = [...new Set(all)];
  const isNumeric = values.every((value) => Number.isFinite(Number(value)));
  return isNumeric ? values.sort((a, b) => Number(a) - Number(b)) : values;
}
