import { normalCdf, normalQuantile } from './distributions.js';
import { type Interval, requireLevel } from './interval.js';
import type { DifferenceTest } from './t-test.js';

/** So many successes among so many. */
export interface Proportion {
  readonly successes: number;
  readonly count: number;
}

/** Returns Wilson's score interval of a proportion. Source: Wilson 1927. */
export function computeProportionInterval(
  { successes, count }: Proportion,
  level = 0.95,
): Interval {
  const z = normalQuantile((1 + requireLevel(level)) / 2, 0, 1);
  const rate = successes / count;
  const center = (rate + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const spread = Math.sqrt((rate * (1 - rate)) / count + z ** 2 / (4 * count ** 2));
  const margin = (z * spread) / (1 + z ** 2 / count);
  return { lower: Math.max(0, center - margin), upper: Math.min(1, center + margin), level };
}

/**
 * Returns the interval of the difference of two proportions (after - before) by Newcombe's square-and-add of two Wilson
 * intervals. `correlation`: 0 for independent ones, phi for those of the same images.
 * Source: Newcombe 1998, Statistics in Medicine 17: 873-890, method 10, and 2635-2650, method 10.
 */
export function computeDifferenceInterval(
  before: Proportion,
  after: Proportion,
  { level = 0.95, correlation = 0 } = {},
): Interval {
  const [first, second] = [before, after].map((side) => {
    const rate = side.successes / side.count;
    const { lower, upper } = computeProportionInterval(side, level);
    return { rate, below: rate - lower, above: upper - rate };
  }) as [Distances, Distances];
  const difference = second.rate - first.rate;
  return {
    lower: difference - addSquares(second.below, first.above, correlation),
    upper: difference + addSquares(second.above, first.below, correlation),
    level,
  };
}

interface Distances {
  readonly rate: number;
  readonly below: number;
  readonly above: number;
}

function addSquares(one: number, other: number, correlation: number): number {
  return Math.sqrt(Math.max(0, one ** 2 - 2 * correlation * one * other + other ** 2));
}

/** Compares the proportions of two independent samples: pooled z test, Newcombe's interval. */
export function testProportions(
  before: Proportion,
  after: Proportion,
  level = 0.95,
): DifferenceTest {
  const difference = after.successes / after.count - before.successes / before.count;
  const interval = computeDifferenceInterval(before, after, { level });
  const pooled = (before.successes + after.successes) / (before.count + after.count);
  const standardError = Math.sqrt(pooled * (1 - pooled) * (1 / before.count + 1 / after.count));
  if (standardError === 0) return { difference, interval, pValue: 1 };
  return {
    difference,
    interval,
    pValue: 2 * normalCdf(-Math.abs(difference) / standardError, 0, 1),
  };
}
