import type { FindingRule } from './finding.js';
import { meanDiagnostic } from './trained-arm.js';

/** Half a standard deviation: more than any shipped augmentation in its right range moves the values. */
const worthTelling = 0.5;

/** The bulk of one distribution then lies outside of the other. */
const disjoint = 2;

/** Training images whose values are distributed otherwise than those of test images. */
export const inputShift: FindingRule = {
  name: 'input-shift',
  severity: 'fault',
  detect(arm) {
    const shift = meanDiagnostic(arm, ({ input }) => input.shift);
    if (shift === undefined || shift < worthTelling) return undefined;
    const consequence =
      shift < disjoint
        ? ''
        : ': the network is tested on values that it was not trained on; expect chance-level accuracy';
    return {
      text: `The values of training images lie ${shift.toFixed(2)} standard deviations from those of test images (1-Wasserstein distance)${consequence}.`,
      numbers: { shift },
    };
  },
};
