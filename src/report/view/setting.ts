import { listSettings } from '../../analysis/gate/aspects.js';
import type { TrialResult } from '../../results/result.js';
import { findNearest } from '../../text/nearest.js';
import { toPlainText } from '../../text/plain-text.js';
import { missing } from '../../text/quantities.js';
import { quote } from '../../text/quote.js';
import { UserError } from '../../user-error.js';
import { columns } from '../columns.js';

const precisionKey = 'training.precision';

/** Returns the table's column that a key names: "test accuracy", also as "test-accuracy". */
export function findColumn(key: string) {
  const name = key.toLowerCase().replaceAll('-', ' ');
  return columns.find((column) => column.name === name || column.name === key);
}

/**
 * Returns what a trial has under a key: "experiment", "preprocessing", "model", "seed", or a setting such as
 * "training.batchSize"; nothing if it has no such setting.
 */
export function readSetting(trial: TrialResult, key: string): string | undefined {
  const { experiment, summary, seed, changes } = trial;
  const plain: Readonly<Record<string, string>> = {
    experiment: experiment.name,
    preprocessing: summary.preprocessing,
    model: summary.model,
    seed: String(seed),
    // listSettings has it as the environment's alone.
    [precisionKey]: experiment.training.precision,
  };
  if (Object.hasOwn(plain, key)) return toPlainText(plain[key] as string);
  const change = changes.find(({ path }) => path === key);
  const json = change ? JSON.stringify(change.value) : listSettings(trial).get(key)?.value;
  return json === undefined ? undefined : toPlainText(json.replace(/^"(.*)"$/, '$1'));
}

/** Returns what trials have under a key, each value once: "32 or 64"; "-" where none has it. */
export function renderSetting(trials: readonly TrialResult[], key: string): string {
  const values = trials.map((trial) => readSetting(trial, key) ?? missing);
  return [...new Set(values)].join(' or ') || missing;
}

/** @throws UserError unless a trial has a setting of this name. */
export function requireSetting(trials: readonly TrialResult[], key: string): void {
  if (trials.some((trial) => readSetting(trial, key) !== undefined)) return;
  const paths = trials.flatMap((trial) => [
    ...listSettings(trial).keys(),
    ...trial.changes.map(({ path }) => path),
  ]);
  const known = [...columns.map(({ name }) => name), 'seed', precisionKey, ...new Set(paths)];
  const nearest = findNearest(key, known);
  throw new UserError(`There is no column or setting ${quote(key)} in these results.`, {
    hint: nearest
      ? `did you mean ${quote(toPlainText(nearest))}?`
      : `the columns are ${columns.map(({ name }) => name).join(', ')}; a setting is written as training.batchSize.`,
  });
}
