import type { Diagnostics } from '../../results/diagnostics.js';
import { renderPercent } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanDiagnostic, meanOver } from './trained-arm.js';

/** Ten points between confidence and accuracy: a plain net that was not trained too long has less. */
const worthTelling = 0.1;

/** Networks whose confidence does not say how often they are right. */
export const poorCalibration: FindingRule = {
  name: 'poor-calibration',
  severity: 'remark',
  detect(arm) {
    const error = meanDiagnostic(arm, ({ calibration }) => calibration.expectedError);
    const confidence = meanDiagnostic(arm, meanConfidence);
    const accuracy = meanOver(arm, ({ test }) => test.accuracy);
    if (error === undefined || confidence === undefined || accuracy === undefined) return undefined;
    if (error < worthTelling) return undefined;
    const direction = confidence > accuracy ? 'too sure of itself' : 'less sure than it could be';
    return {
      text: `The network is ${direction}: mean confidence ${renderPercent(confidence)}, accuracy ${renderPercent(accuracy)}; expected calibration error ${(100 * error).toFixed(1)} points.`,
      numbers: {
        expectedCalibrationError: error,
        meanConfidence: confidence,
        testAccuracy: accuracy,
      },
    };
  },
};

function meanConfidence({ calibration: { bins } }: Diagnostics): number | undefined {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  const confidence = bins.reduce((sum, bin) => sum + bin.count * bin.confidence, 0);
  return count > 0 ? confidence / count : undefined;
}
