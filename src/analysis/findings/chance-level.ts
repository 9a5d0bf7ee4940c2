import { factsOf } from '../../datasets/facts.js';
import { renderPercent } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanOver } from './trained-arm.js';

/** Twice what guessing gives, and at most 10 points more: a net that learns passes it in its first epoch. */
function worthTellingAt(chance: number): number {
  return Math.min(2 * chance, chance + 0.1);
}

/** Networks that hardly do better than guessing. */
export const chanceLevel: FindingRule = {
  name: 'chance-level',
  severity: 'fault',
  detect(arm) {
    const chance = 1 / factsOf(arm.trials[0].experiment.dataset).classNames.length;
    const worthTelling = worthTellingAt(chance);
    const test = meanOver(arm, (trial) => trial.test.accuracy);
    if (test === undefined || test > worthTelling) return undefined;
    const train = meanOver(arm, ({ history }) => history.at(-1)?.trainAccuracy);
    const learned =
      train === undefined || train <= worthTelling
        ? ''
        : `, training accuracy ${renderPercent(train)}`;
    return {
      text: `Test accuracy ${renderPercent(test)}${learned}: guessing gives ${renderPercent(chance, 0)}.`,
      numbers: { testAccuracy: test, chance, ...(train !== undefined && { trainAccuracy: train }) },
    };
  },
};
