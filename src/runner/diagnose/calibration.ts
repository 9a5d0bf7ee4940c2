import type { Diagnostics } from '../diagnostics.js';
import type { Judged } from './classes.js';

const binCount = 10;

/**
 * Compares how sure a model is with how often it is right, in bins of equal width of its confidence. Bins without images
 * are left out.
 * Formula: expected error = sum over bins of count / n * |accuracy - confidence|. Source: Guo et al. 2017, "On
 * Calibration of Modern Neural Networks"; a confidence on a border belongs to the lower bin, as in their code.
 */
export function measureCalibration({
  labels,
  predicted,
  confidence,
}: Judged & {
  /** The probability of the predicted class, image by image. */
  readonly confidence: Float32Array;
}): Diagnostics['calibration'] {
  const sums = Array.from({ length: binCount }, () => ({ confidence: 0, right: 0, count: 0 }));
  for (const [image, sure] of confidence.entries()) {
    const bin = sums[Math.max(0, Math.ceil(Math.min(1, sure) * binCount) - 1)];
    if (!bin) continue;
    bin.confidence += sure;
    bin.right += predicted[image] === labels[image] ? 1 : 0;
    bin.count++;
  }
  const bins = sums
    .filter(({ count }) => count > 0)
    .map(({ confidence: total, right, count }) => ({
      confidence: total / count,
      accuracy: right / count,
      count,
    }));
  const gaps = bins.map(
    ({ confidence: mean, accuracy, count }) => count * Math.abs(accuracy - mean),
  );
  return { expectedError: gaps.reduce((sum, gap) => sum + gap, 0) / labels.length, bins };
}
