import type { DoneTrial } from '../runner/result.js';
import { countBits, decodeRightBits } from '../runner/results/right-bits.js';
import type { PairedCounts } from '../statistics/mcnemar.js';
import type { Proportion } from '../statistics/proportions.js';

/**
 * Counts how two trials did on the same test images; nothing unless both tell, undamaged, and were tested on the same
 * ones.
 */
export function countTogether(before: DoneTrial, after: DoneTrial): PairedCounts | undefined {
  if (!hasSameTestImages(before, after)) return undefined;
  const [first, second] = [readRightBits(before), readRightBits(after)];
  if (!first || !second) return undefined;
  const both = countBits(first.map((byte, index) => byte & (second[index] as number)));
  const [onlyBefore, onlyAfter] = [countBits(first) - both, countBits(second) - both];
  const neither = before.imageCounts.test - both - onlyBefore - onlyAfter;
  return { both, onlyBefore, onlyAfter, neither };
}

/** Returns a bit an image, lowest bit of each byte first; nothing where they are unknown or not those of the result. */
export function readRightBits(trial: DoneTrial): Uint8Array | undefined {
  const bytes = decodeRightBits(trial);
  const fits = bytes?.length === Math.ceil(trial.imageCounts.test / 8);
  return fits && countBits(bytes) === countRight(trial).successes ? bytes : undefined;
}

/** The first images of each class are taken, so the same number of the same file is the same images. */
function hasSameTestImages(before: DoneTrial, after: DoneTrial): boolean {
  const file = 'test_batch.bin';
  return (
    before.imageCounts.test === after.imageCounts.test &&
    before.dataSha256[file] === after.dataSha256[file]
  );
}

/** Returns how many test images a trial got right. */
export function countRight({ test, imageCounts }: DoneTrial): Proportion {
  return {
    successes: Math.round(test.accuracy * imageCounts.test),
    count: imageCounts.test,
  };
}
