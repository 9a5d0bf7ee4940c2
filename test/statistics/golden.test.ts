import { expect, test } from 'vitest';
import { correctByHolm } from '../../src/statistics/holm.js';
import { testSameImages } from '../../src/statistics/mcnemar.js';
import {
  computeMean,
  computeMeanInterval,
  computeStandardDeviation,
} from '../../src/statistics/mean.js';
import { computeGroupPower, computePairedPower } from '../../src/statistics/power.js';
import { computeProportionInterval, testProportions } from '../../src/statistics/proportions.js';
import { type DifferenceTest, testGroups, testPairs } from '../../src/statistics/t-test.js';
import { type GoldenTest, golden, worstError } from './golden.js';

type Compared = readonly (readonly [number | undefined, number])[];

function compareTest(received: DifferenceTest | undefined, expected: GoldenTest): Compared {
  return [
    [received?.difference, expected.difference],
    [received?.pValue, expected.p],
    [received?.interval.lower, expected.interval[0]],
    [received?.interval.upper, expected.interval[1]],
  ];
}

const checks: Readonly<Record<string, Compared>> = {
  'means, deviations and t intervals': golden.mean.flatMap(({ values, level, ...expected }) => {
    const interval = computeMeanInterval(values, level);
    return [
      [computeMean(values), expected.mean],
      [computeStandardDeviation(values), expected.std],
      [interval?.lower, expected.interval[0]],
      [interval?.upper, expected.interval[1]],
    ];
  }),
  'paired t tests': golden.pairs.flatMap((expected) =>
    compareTest(testPairs(expected.before, expected.after, expected.level), expected),
  ),
  'Welch tests': golden.groups.flatMap((expected) =>
    compareTest(testGroups(expected.before, expected.after, expected.level), expected),
  ),
  'McNemar tests': golden.sameImages.flatMap(({ counts, level, p, interval: [lower, upper] }) => {
    const [both, onlyBefore, onlyAfter, neither] = counts;
    const received = testSameImages({ both, onlyBefore, onlyAfter, neither }, level);
    return [
      [received.pValue, p],
      [received.interval.lower, lower],
      [received.interval.upper, upper],
    ];
  }),
  'tests of independent proportions': golden.proportions.flatMap((expected) => {
    const [before, after] = [0, 1].map((side) => ({
      successes: expected.successes[side] as number,
      count: expected.counts[side] as number,
    })) as [{ successes: number; count: number }, { successes: number; count: number }];
    const received = testProportions(before, after, expected.level);
    const wilson = computeProportionInterval(before, expected.level);
    return [
      [received.pValue, expected.p],
      [received.interval.lower, expected.interval[0]],
      [received.interval.upper, expected.interval[1]],
      [wilson.lower, expected.wilson[0]],
      [wilson.upper, expected.wilson[1]],
    ];
  }),
  'powers of t tests': golden.power.flatMap(({ count, effect, alpha, ...expected }) => {
    const search = { difference: effect, standardDeviation: 1, alpha };
    return [
      [computePairedPower(count, search), expected.pairs],
      [computeGroupPower(count, search), expected.groups],
    ];
  }),
  'corrections by Holm': golden.holm.flatMap(({ values, corrected }) => {
    const received = correctByHolm(values);
    return corrected.map((expected, index) => [received[index], expected] as const);
  }),
};

test.each(Object.entries(checks))('%s agree with SciPy and statsmodels to 1e-8', (_, compared) => {
  expect(compared.length).toBeGreaterThanOrEqual(60);
  expect(worstError(compared)).toBeLessThan(1e-8);
});
