import { nameArm } from '../analysis/comparison/arm.js';
import type { Verdict } from '../analysis/comparison/compare-arms.js';
import { isLimited } from '../analysis/limits.js';
import type { FailedTrial, Results, TrialResult } from '../results/result.js';
import { toPlainText } from '../text/plain-text.js';
import { missing, renderCount, renderEpochs, renderPercent } from '../text/quantities.js';
import { renderArmCells } from './arm-cells.js';
import { type Column, columns } from './columns.js';
import { type Comparisons, compareWithControl } from './compared-arms.js';

/** An arm, or a failed trial, as text, safe to print. A failed one has its reason instead of results. */
export interface Row {
  readonly cells: Readonly<Record<string, string>>;
  /** What the row is of. */
  readonly trials: readonly TrialResult[];
  readonly failure?: string;
  /** How it does against the control, or against the row before. */
  readonly verdict?: Verdict;
}

/** The columns that have something to show, and their rows. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly comparisons: Comparisons;
  /** What to know of this form of the table. */
  readonly notes?: readonly string[];
}

export interface RowsOptions {
  /** The experiment that the others are compared with. */
  readonly control?: string | undefined;
  /** Digits after the point of accuracies and differences. */
  readonly precision?: number;
}

/** Returns a row for each arm, and one for each trial that failed. */
export function computeRows(results: Results, options: RowsOptions = {}): Rows {
  const comparisons = compareWithControl(results, options);
  const rows = comparisons.arms.flatMap((compared): Row[] => {
    const { name, done, failed } = compared.arm;
    const verdict = compared.comparison && { verdict: compared.comparison.verdict };
    const cells = done.length > 0 ? [renderArmCells(compared, comparisons, options.precision)] : [];
    return [
      ...cells.map((each) => ({ cells: each, trials: done, ...verdict })),
      ...failed.map((trial) => createFailureRow(trial, name, options.precision)),
    ];
  });
  const shown = columns.filter(
    ({ name, optional }) => !optional || rows.some(({ cells }) => cells[name] !== missing),
  );
  return { columns: shown, rows, comparisons };
}

/** Renders a trial's name: the arm's, with the seed where it has several. */
export function renderTrialName(trial: Pick<TrialResult, 'experiment' | 'changes' | 'seed'>) {
  return nameTrial(toPlainText(nameArm(trial)), trial);
}

function nameTrial(arm: string, { experiment, seed }: Pick<TrialResult, 'experiment' | 'seed'>) {
  return experiment.seeds.length > 1 ? `${arm}, seed ${seed}` : arm;
}

function createFailureRow(trial: FailedTrial, arm: string, digits?: number): Row {
  const { experiment, summary, history, writtenEpochs, environment } = trial;
  const empty = Object.fromEntries(columns.map(({ name }) => [name, missing]));
  const run = renderCount(history.length);
  const published = isLimited(trial) ? undefined : experiment.published;
  const cells = {
    ...empty,
    experiment: nameTrial(arm, trial),
    preprocessing: toPlainText(summary.preprocessing),
    model: toPlainText(summary.model),
    epochs: history.length === writtenEpochs ? run : `${run} of ${renderEpochs(writtenEpochs)}`,
    published: published ? renderPercent(published.testAccuracy, digits) : missing,
    device: environment.device,
  };
  return { cells, trials: [trial], failure: `failed: ${toPlainText(trial.reason)}` };
}
