import { renderShare } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanDiagnostic } from './trained-arm.js';

/** Real photographs have some black and white pixels; what training images have beyond the test images' is clipped. */
const worthTelling = 0.1;

/** Values that clipping left at the ends of the range in training images, more than in test images. */
export const saturatedValues: FindingRule = {
  name: 'saturated-values',
  severity: 'remark',
  detect(arm) {
    const train = meanDiagnostic(arm, ({ input }) => input.train.saturatedShare);
    const test = meanDiagnostic(arm, ({ input }) => input.test.saturatedShare);
    if (train === undefined || test === undefined || train - test < worthTelling) return undefined;
    return {
      text: `${renderShare(train)} of the values of training images lie at an end of the range, as clipping leaves them; of test images ${renderShare(test)}.`,
      numbers: { trainSaturatedShare: train, testSaturatedShare: test },
    };
  },
};
