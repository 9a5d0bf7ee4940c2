import type { DoneTrial } from '../../results/result.js';
import type { FindingRule } from './finding.js';
import { meanOver } from './trained-arm.js';

/** One percent lower than ever before: less is noise. */
const worthTelling = 0.99;

/** Trainings that ended with the lowest validation loss so far, in every seed: the last epoch was not the best one by chance. */
export const stillImproving: FindingRule = {
  name: 'still-improving',
  severity: 'remark',
  detect(arm) {
    if (!arm.trials.every(endsWithLowestLoss)) return undefined;
    const last = meanOver(arm, ({ history }) => history.at(-1)?.validationLoss);
    const before = meanOver(arm, ({ history }) => lowestLoss(history.slice(0, -1)));
    const epochs = meanOver(arm, ({ history }) => history.length);
    if (last === undefined || before === undefined || epochs === undefined) return undefined;
    return {
      text: `Training stopped while still improving: the last epoch's validation loss is the lowest (${last.toFixed(3)}, before it ${before.toFixed(3)}).`,
      numbers: { validationLoss: last, lowestBefore: before, epochs },
    };
  },
};

function endsWithLowestLoss({ history, stoppedEarly }: DoneTrial): boolean {
  const last = history.at(-1)?.validationLoss;
  const before = lowestLoss(history.slice(0, -1));
  return (
    !stoppedEarly && last !== undefined && before !== undefined && last < worthTelling * before
  );
}

function lowestLoss(history: DoneTrial['history']): number | undefined {
  const losses = history.flatMap(({ validationLoss }) => validationLoss ?? []);
  return losses.length > 0 ? Math.min(...losses) : undefined;
}
