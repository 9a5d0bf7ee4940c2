import type { DoneTrial } from '../runner/result.js';
import type { PairedCounts } from '../statistics/mcnemar.js';
import type { Proportion } from '../statistics/proportions.js';

/** Returns which test images a trial got right, an element an image; nothing where that is unknown or damaged. */
export function readRightImages({ test, imageCounts }: DoneTrial): Uint8Array | undefined {
  if (test.right === undefined) return undefined;
  const bytes = Buffer.from(test.right, 'base64');
  if (bytes.length !== Math.ceil(imageCounts.test / 8)) return undefined;
  const right = new Uint8Array(imageCounts.test);
  for (let image = 0; image < right.length; image++) {
    right[image] = ((bytes[image >> 3] as number) >> (image & 7)) & 1;
  }
  return right;
}

/** Counts how two trials did on the same test images; nothing unless both tell, and were tested on the same ones. */
export function countTogether(before: DoneTrial, after: DoneTrial): PairedCounts | undefined {
  if (!hasSameTestImages(before, after)) return undefined;
  const [first, second] = [readRightImages(before), readRightImages(after)];
  if (!first || !second) return undefined;
  const counts = { both: 0, onlyBefore: 0, onlyAfter: 0, neither: 0 };
  for (const [image, wasRight] of first.entries()) {
    if (second[image]) counts[wasRight ? 'both' : 'onlyAfter']++;
    else counts[wasRight ? 'onlyBefore' : 'neither']++;
  }
  return counts;
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
