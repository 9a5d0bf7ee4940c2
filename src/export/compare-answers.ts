import type { JudgedImages } from './format.js';

/** How far an export judges as prep-lab does. */
export interface ExportCheck {
  readonly images: number;
  /** Images that get the same class; of two that prep-lab finds equally likely either is the same. */
  readonly sameClass: number;
  /** Between two probabilities. */
  readonly largestDifference: number;
  readonly allowedDifference: number;
  readonly passed: boolean;
}

/** Float32 sums in another order differ by about 1e-6. */
export const allowedDifference = 1e-5;

/** Compares what prep-lab and an export say of images. Shape: as {@link JudgedImages.probabilities}. */
export function compareAnswers(
  { count, probabilities }: Pick<JudgedImages, 'count' | 'probabilities'>,
  exported: Float32Array,
): ExportCheck {
  if (exported.length !== probabilities.length) {
    throw new Error(`${probabilities.length} probabilities became ${exported.length}.`);
  }
  const classCount = probabilities.length / count;
  let sameClass = 0;
  for (let start = 0; start < probabilities.length; start += classCount) {
    const row = probabilities.subarray(start, start + classCount);
    const answer = exported.subarray(start, start + classCount);
    const chosen = answer.indexOf(Math.max(...answer));
    if (Math.max(...row) - (row[chosen] ?? Number.NaN) <= allowedDifference) sameClass += 1;
  }
  let largestDifference = 0;
  for (const [index, probability] of probabilities.entries()) {
    const difference = Math.abs(probability - (exported[index] as number));
    // Not by Math.max: what is no number must fail.
    if (!(difference <= largestDifference)) largestDifference = difference;
  }
  const passed = sameClass === count && largestDifference <= allowedDifference;
  return { images: count, sameClass, largestDifference, allowedDifference, passed };
}
