import type { ClassLabels } from '../../datasets/labelled-images.js';
import {
  calibrationBinCount,
  type Diagnostics,
  findCalibrationBin,
} from '../../results/diagnostics.js';

/** What a model made of labelled images. */
export interface Judged {
  /** True classes. Range: 0..K-1. */
  readonly labels: ClassLabels;
  /** The class with the highest logit, image by image. */
  readonly predicted: ClassLabels;
}

/** Counts images by true and predicted class. Shape: [true class][predicted class]. */
export function countConfusion({ labels, predicted }: Judged, classCount: number): number[][] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (const [image, label] of labels.entries()) {
    const row = counts[label] as number[];
    const column = predicted[image] as number;
    row[column] = (row[column] ?? 0) + 1;
  }
  return counts;
}

/** Returns each class' share of right answers; 0 for a class without images. */
export function findClassAccuracy(confusion: readonly (readonly number[])[]): number[] {
  return confusion.map((row, label) => {
    const count = row.reduce((sum, images) => sum + images, 0);
    return count === 0 ? 0 : (row[label] ?? 0) / count;
  });
}

/**
 * Compares how sure a model is with how often it is right, in bins of equal width of its confidence. Bins without images
 * are left out.
 * Formula: expected error = sum over bins of count / n * |accuracy - confidence|. Source: Guo et al. 2017, "On
 * Calibration of Modern Neural Networks".
 */
export function measureCalibration({
  labels,
  predicted,
  confidence,
}: Judged & {
  /** The probability of the predicted class, image by image. */
  readonly confidence: Float32Array;
}): Diagnostics['calibration'] {
  const sums = Array.from({ length: calibrationBinCount }, () => ({
    confidence: 0,
    right: 0,
    count: 0,
  }));
  for (const [image, sure] of confidence.entries()) {
    const bin = sums[findCalibrationBin(sure)];
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
