import { classCount } from '../../cifar10/cifar10.js';
import { renderPercent } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanOver } from './trained-arm.js';

/** Twice what guessing gives: a net that learns passes it in its first epoch. */
const worthTelling = 2 / classCount;

/** Networks that hardly do better than guessing. */
export const chanceLevel: FindingRule = {
  name: 'chance-level',
  severity: 'fault',
  detect(arm) {
    const test = meanOver(arm, (trial) => trial.test.accuracy);
    if (test === undefined || test > worthTelling) return undefined;
    const chance = 1 / classCount;
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
