import { nameArm } from '../comparison/arm.js';
import type { FailedTrial, Results, TrialResult } from '../runner/result.js';
import { describeArm } from './arm-cells.js';
import { type Column, columns } from './columns.js';
import { type Comparisons, compareResults } from './compared-arms.js';
import { toPlainText } from './plain-text.js';
import { missing, renderCount, renderPercent } from './quantities.js';

/** An arm, or a failed trial, as text, safe to print. A failed one has its reason instead of results. */
export interface Row {
  readonly cells: Readonly<Record<Column['name'], string>>;
  readonly failure?: string;
}

/** The columns that have something to show, and their rows. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly comparisons: Comparisons;
}

/** Returns a row for each arm, and one for each trial that failed. */
export function computeRows(
  results: Results,
  options: { readonly control?: string | undefined } = {},
): Rows {
  const comparisons = compareResults(results, options);
  const rows = comparisons.arms.flatMap((compared): Row[] => [
    ...(compared.arm.done.length > 0 ? [{ cells: describeArm(compared, comparisons) }] : []),
    ...compared.arm.failed.map(describeFailure),
  ]);
  const shown = columns.filter(
    ({ name, optional }) => !optional || rows.some(({ cells }) => cells[name] !== missing),
  );
  return { columns: shown, rows, comparisons };
}

/** Renders a trial's name: the arm's, with the seed where it has several. */
export function renderTrialName(trial: Pick<TrialResult, 'experiment' | 'changes' | 'seed'>) {
  const name = toPlainText(nameArm(trial));
  return trial.experiment.seeds.length > 1 ? `${name}, seed ${trial.seed}` : name;
}

function describeFailure(trial: FailedTrial): Row {
  const { experiment, summary, history, writtenEpochs, environment } = trial;
  const empty = Object.fromEntries(columns.map(({ name }) => [name, missing]));
  const run = renderCount(history.length);
  const { published } = experiment;
  const cells = {
    ...(empty as Row['cells']),
    experiment: renderTrialName(trial),
    preprocessing: toPlainText(summary.preprocessing),
    model: toPlainText(summary.model),
    epochs: history.length === writtenEpochs ? run : `${run} of ${renderCount(writtenEpochs)}`,
    published: published ? renderPercent(published.testAccuracy) : missing,
    device: environment.device,
  };
  return { cells, failure: `failed: ${toPlainText(trial.reason)}` };
}
