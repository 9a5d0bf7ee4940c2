import {
  type CorruptionResult,
  haveSameCorruptions,
  identifyImages,
} from '../../results/corruption-accuracy.js';
import type { DoneTrial } from '../../results/result.js';
import type { Interval } from '../../statistics/interval.js';
import { computeMean } from '../../statistics/mean.js';
import { testPairs } from '../../statistics/t-test.js';

/** Mean corruption accuracy of an arm against that of another, over the seeds that both have. Range: rates 0..1. */
export interface CorruptionComparison {
  /** Means over those seeds. */
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  /** Seeds. */
  readonly count: number;
  /** Of the paired t test; both are left out for a single seed. */
  readonly interval?: Interval;
  readonly pValue?: number;
}

/** Returns what trials reached on corrupted images, seed by seed; nothing where one lacks it or saw other images. */
export function readCorruptions(
  trials: readonly DoneTrial[],
): readonly CorruptionResult[] | undefined {
  const results = trials.flatMap(({ corruptions }) => corruptions ?? []);
  const isWhole = results.length === trials.length && results.length > 0;
  return isWhole && new Set(results.map(identifyImages)).size === 1 ? results : undefined;
}

/** Compares two arms, paired by seed; nothing where they share none, or saw other corrupted images. */
export function compareCorruptions(
  control: readonly DoneTrial[],
  arm: readonly DoneTrial[],
  alpha = 0.05,
): CorruptionComparison | undefined {
  const bySeed = new Map(control.map((trial) => [trial.seed, trial.corruptions]));
  const pairs = arm.flatMap(({ seed, corruptions: after }) => {
    const before = bySeed.get(seed);
    return before && after && haveSameCorruptions(before, after)
      ? [{ before: before.accuracy, after: after.accuracy }]
      : [];
  });
  if (pairs.length === 0) return undefined;
  const [before, after] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.after)];
  const test = testPairs(before, after, 1 - alpha);
  const [first, second] = [computeMean(before), computeMean(after)];
  return {
    before: first,
    after: second,
    difference: second - first,
    count: pairs.length,
    ...(test && { interval: test.interval, pValue: test.pValue }),
  };
}
