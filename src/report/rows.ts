import type { DoneTrial, Results, TrialResult } from '../runner/result.js';
import { isLimited } from './limits.js';
import { toPlainText } from './plain-text.js';
import { missing, renderCount, renderDuration, renderPercent, renderPoints } from './quantities.js';

/** The table's columns, in order. `needed`: the least needed go first where a terminal is too narrow. */
export const columns = [
  { name: 'experiment', align: 'left', needed: 11 },
  { name: 'preprocessing', align: 'left', needed: 6 },
  { name: 'model', align: 'left', needed: 3 },
  { name: 'epochs', align: 'right', needed: 5 },
  { name: 'test accuracy', align: 'right', needed: 10 },
  { name: 'best', align: 'left', needed: 7 },
  { name: 'published', align: 'right', needed: 8 },
  { name: 'difference', align: 'right', needed: 9 },
  { name: 'train time', align: 'right', needed: 4 },
  { name: 'images/s', align: 'right', needed: 2 },
  { name: 'device', align: 'left', needed: 1 },
] as const;

export type Column = (typeof columns)[number];

/** One trial as text, safe to print. A failed one has its reason instead of results. */
export interface Row {
  readonly cells: Readonly<Record<Column['name'], string>>;
  readonly failure?: string;
}

/** Returns a row for each trial. */
export function computeRows({ trials }: Results): Row[] {
  return trials.map((trial) => {
    const cells = { ...describe(trial), ...noResults, device: trial.environment.device };
    return trial.status === 'failed'
      ? { cells, failure: `failed: ${toPlainText(trial.reason)}` }
      : { cells: { ...cells, ...measure(trial) } };
  });
}

/** Renders a trial's name: the experiment's, with the seed where it has several. */
export function renderTrialName({
  experiment,
  seed,
}: Pick<TrialResult, 'experiment' | 'seed'>): string {
  const name = toPlainText(experiment.name);
  return experiment.seeds.length > 1 ? `${name}, seed ${seed}` : name;
}

const noResults = {
  'test accuracy': missing,
  best: missing,
  difference: missing,
  'train time': missing,
  'images/s': missing,
};

function describe(trial: TrialResult) {
  const { experiment, summary, history, writtenEpochs } = trial;
  const run = renderCount(history.length);
  return {
    experiment: renderTrialName(trial),
    preprocessing: toPlainText(summary.preprocessing),
    model: toPlainText(summary.model),
    epochs: history.length === writtenEpochs ? run : `${run} of ${renderCount(writtenEpochs)}`,
    published: experiment.published ? renderPercent(experiment.published.testAccuracy) : missing,
  };
}

function measure(trial: DoneTrial) {
  const { experiment, test, best, trainSeconds, imagesPerSecond } = trial;
  const { published } = experiment;
  return {
    'test accuracy': renderPercent(test.accuracy),
    best: best
      ? `${renderPercent(best.accuracy)} (epoch ${best.epoch}, ${best.judgedOn})`
      : missing,
    difference:
      published && !isLimited(trial)
        ? renderPoints(test.accuracy - published.testAccuracy)
        : missing,
    'train time': renderDuration(trainSeconds),
    'images/s': renderCount(imagesPerSecond),
  };
}
