import { tCdf } from './distributions.js';
import type { Interval } from './interval.js';
import { computeMean, computeStandardDeviation, createTInterval } from './mean.js';

/** What a test says about a difference: the second side minus the first. */
export interface DifferenceTest {
  readonly difference: number;
  readonly interval: Interval;
  /** Two-sided: how likely a difference at least this large is where there is none. Range: 0..1. */
  readonly pValue: number;
}

/**
 * Compares values that belong together pair by pair; nothing for less than two pairs.
 * Formula: t = mean(d) / (std(d) / sqrt(n)) with n - 1 degrees of freedom, d = after - before.
 */
export function testPairs(
  before: readonly number[],
  after: readonly number[],
  level = 0.95,
): DifferenceTest | undefined {
  if (before.length !== after.length) throw new RangeError('Pairs need as many values each.');
  const differences = after.map((value, index) => value - (before[index] as number));
  const deviation = computeStandardDeviation(differences);
  if (deviation === undefined) return undefined;
  const count = differences.length;
  return judge(computeMean(differences), {
    standardError: deviation / Math.sqrt(count),
    freedom: count - 1,
    level,
  });
}

/**
 * Compares two groups that may spread differently, by Welch's t test; nothing if one has less than two values.
 * Source: Welch 1947, degrees of freedom by Welch and Satterthwaite.
 */
export function testGroups(
  before: readonly number[],
  after: readonly number[],
  level = 0.95,
): DifferenceTest | undefined {
  const deviations = [computeStandardDeviation(before), computeStandardDeviation(after)] as const;
  if (deviations[0] === undefined || deviations[1] === undefined) return undefined;
  const [first, second] = [deviations[0] ** 2 / before.length, deviations[1] ** 2 / after.length];
  const sum = first + second;
  const freedom = sum ** 2 / (first ** 2 / (before.length - 1) + second ** 2 / (after.length - 1));
  return judge(computeMean(after) - computeMean(before), {
    standardError: Math.sqrt(sum),
    freedom,
    level,
  });
}

function judge(
  difference: number,
  options: { readonly standardError: number; readonly freedom: number; readonly level: number },
): DifferenceTest {
  const { standardError, freedom } = options;
  const interval = createTInterval(difference, options);
  if (standardError === 0) return { difference, interval, pValue: difference === 0 ? 1 : 0 };
  return { difference, interval, pValue: 2 * tCdf(-Math.abs(difference / standardError), freedom) };
}
