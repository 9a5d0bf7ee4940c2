import { renderPercent } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanOver } from './trained-arm.js';

/** Ten points: several times what seeds and the choice of test images explain. */
const worthTelling = 0.1;

/** Training images that are classified much better than test images. */
export const overfitting: FindingRule = {
  name: 'overfitting',
  severity: 'remark',
  detect(arm) {
    const test = meanOver(arm, (trial) => trial.test.accuracy);
    const train = meanOver(
      arm,
      ({ history, test: { epoch } }) => history[epoch - 1]?.trainAccuracy,
    );
    if (train === undefined || test === undefined || train - test < worthTelling) return undefined;
    const gap = train - test;
    return {
      text: `Training accuracy ${renderPercent(train)}, test accuracy ${renderPercent(test)}: a gap of ${(100 * gap).toFixed(1)} points.`,
      numbers: { trainAccuracy: train, testAccuracy: test, gap },
    };
  },
};
