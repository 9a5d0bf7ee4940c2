import { binomialCdf } from './distributions.js';
import { computeDifferenceInterval } from './proportions.js';
import type { DifferenceTest } from './t-test.js';

/** How many of the same images two sides got right. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
  readonly neither: number;
}

/**
 * Compares two sides on the same images: McNemar's exact test on those that only one side got right, and Newcombe's
 * interval of the difference of the two accuracies.
 */
export function testSameImages(counts: PairedCounts, level = 0.95): DifferenceTest {
  const { both, onlyBefore, onlyAfter, neither } = counts;
  const count = both + onlyBefore + onlyAfter + neither;
  const interval = computeDifferenceInterval(
    { successes: both + onlyBefore, count },
    { successes: both + onlyAfter, count },
    { level, correlation: computePhi(counts) },
  );
  const discordant = onlyBefore + onlyAfter;
  const tail = binomialCdf(Math.min(onlyBefore, onlyAfter), discordant, 0.5);
  const pValue = discordant === 0 ? 1 : Math.min(1, 2 * tail);
  return { difference: (onlyAfter - onlyBefore) / count, interval, pValue };
}

/** Correlation of right and right, with Newcombe's correction towards 0 where it is positive. */
function computePhi({ both, onlyBefore, onlyAfter, neither }: PairedCounts): number {
  const count = both + onlyBefore + onlyAfter + neither;
  const product = both * neither - onlyBefore * onlyAfter;
  const margins =
    Math.sqrt((both + onlyBefore) * (onlyAfter + neither)) *
    Math.sqrt((both + onlyAfter) * (onlyBefore + neither));
  if (margins === 0) return 0;
  return (product > 0 ? Math.max(0, product - count / 2) : product) / margins;
}
