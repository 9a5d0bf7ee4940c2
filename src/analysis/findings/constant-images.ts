import { renderShare } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanDiagnostic } from './trained-arm.js';

/** Below one image in twenty, training hardly notices. */
const worthTelling = 0.05;
/** From here on there are hardly any images to learn from. */
const most = 0.9;

/** Training images that the pipeline leaves without any difference between their pixels. */
export const constantImages: FindingRule = {
  name: 'constant-images',
  severity: 'fault',
  detect(arm) {
    const train = meanDiagnostic(arm, ({ input }) => input.train.constantShare);
    const test = meanDiagnostic(arm, ({ input }) => input.test.constantShare);
    if (train === undefined || test === undefined || train < worthTelling) return undefined;
    const start = `${renderShare(train)} of training images are constant after the pipeline`;
    const rest =
      test < worthTelling
        ? `; test images are not (${renderShare(test)})`
        : `, and ${renderShare(test)} of test images`;
    const consequence = train < most ? '' : ': expect chance-level accuracy';
    return {
      text: `${start}${rest}${consequence}.`,
      numbers: { trainConstantShare: train, testConstantShare: test },
    };
  },
};
