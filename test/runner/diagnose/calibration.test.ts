import { expect, test } from 'vitest';
import { measureCalibration } from '../../../src/runner/diagnose/calibration.js';

/** Images with a confidence each, of which the first `rightCount` are right. */
function calibrate(confidences: readonly number[], rightCount: number) {
  const labels = new Uint8Array(confidences.length).fill(1);
  const predicted = labels.map((_, image) => (image < rightCount ? 1 : 0));
  const confidence = Float32Array.from(confidences);
  return measureCalibration({ labels, predicted, confidence });
}

test('A model that is right as often as it says has no error', () => {
  expect(calibrate([0.75, 0.75, 0.75, 0.75], 3)).toEqual({
    expectedError: 0,
    bins: [{ confidence: 0.75, accuracy: 0.75, count: 4 }],
  });
});

test('The error is the mean gap between confidence and accuracy, each bin by its images', () => {
  // 0.25 and right; three times 0.875 and wrong.
  const { expectedError, bins } = calibrate([0.25, 0.875, 0.875, 0.875], 1);
  expect(bins).toEqual([
    { confidence: 0.25, accuracy: 1, count: 1 },
    { confidence: 0.875, accuracy: 0, count: 3 },
  ]);
  expect(expectedError).toBe((0.75 + 3 * 0.875) / 4);
});

test('Certainty is in the last bin, also if rounding made it more than certain', () => {
  expect(calibrate([1, 1 + 2 ** -23], 2).bins).toMatchObject([{ accuracy: 1, count: 2 }]);
});
