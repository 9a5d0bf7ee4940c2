import type { DoneTrial } from '../../../src/results/result.js';
import { doneTrial, seedsOf } from '../../report/results.js';

/** Finished trials of one experiment with these accuracies, of seed 0 and on. */
export function trialsOf(
  accuracies: readonly number[],
  changes: Partial<DoneTrial> = {},
): DoneTrial[] {
  return seedsOf('raw', accuracies, changes);
}

/** A trial of seed 0 that was right on these test images (1) and wrong on those (0). */
export function networkOf(right: readonly number[], changes: Partial<DoneTrial> = {}): DoneTrial {
  const bytes = new Uint8Array(Math.ceil(right.length / 8));
  for (const [image, bit] of right.entries()) {
    bytes[image >> 3] = (bytes[image >> 3] as number) | (bit << (image & 7));
  }
  const accuracy = right.reduce((sum, bit) => sum + bit, 0) / right.length;
  return doneTrial({
    imageCounts: { train: 50_000, validation: 0, test: right.length },
    test: {
      accuracy,
      loss: 1,
      epoch: 10,
      weights: 'last',
      right: Buffer.from(bytes).toString('base64'),
    },
    ...changes,
  });
}
