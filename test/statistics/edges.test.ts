import { expect, test } from 'vitest';
import { coversZero } from '../../src/statistics/interval.js';
import { testSameImages } from '../../src/statistics/mcnemar.js';
import {
  computeMeanInterval,
  computeMedian,
  computeStandardDeviation,
} from '../../src/statistics/mean.js';
import {
  computeNeededImages,
  computeNeededPairs,
  computeNeededPerGroup,
  computePairedPower,
} from '../../src/statistics/power.js';
import { testProportions } from '../../src/statistics/proportions.js';
import { testGroups, testPairs } from '../../src/statistics/t-test.js';

test('one value has no spread and no interval', () => {
  expect(computeStandardDeviation([0.7])).toBeUndefined();
  expect(computeMeanInterval([0.7])).toBeUndefined();
  expect(testPairs([0.7], [0.8])).toBeUndefined();
  expect(testGroups([0.7], [0.8, 0.9])).toBeUndefined();
});

test('equal values have a deviation of exactly 0', () => {
  expect(computeStandardDeviation([0.1, 0.1, 0.1])).toBe(0);
});

test('the same values on both sides are no difference', () => {
  const values = [0.7, 0.72, 0.69];
  const expected = { difference: 0, pValue: 1, interval: { lower: 0, upper: 0, level: 0.95 } };
  expect(testPairs(values, values)).toEqual(expected);
  expect(testGroups([0.7, 0.7], [0.7, 0.7])).toEqual(expected);
});

test('a difference without any spread is certain', () => {
  expect(testPairs([0.5, 0.25], [0.75, 0.5])).toMatchObject({ difference: 0.25, pValue: 0 });
});

test('pairs need as many values on both sides', () => {
  expect(() => testPairs([0.7, 0.8], [0.7])).toThrow(RangeError);
});

test('networks that are right on the same images are no difference, with an interval around 0', () => {
  const { difference, pValue, interval } = testSameImages({
    both: 80,
    onlyBefore: 0,
    onlyAfter: 0,
    neither: 20,
  });
  expect({ difference, pValue }).toEqual({ difference: 0, pValue: 1 });
  expect(coversZero(interval)).toBe(true);
});

test('all right on both sides is no difference', () => {
  const all = { successes: 20, count: 20 };
  expect(testProportions(all, all)).toMatchObject({ difference: 0, pValue: 1 });
  expect(
    testSameImages({ both: 20, onlyBefore: 0, onlyAfter: 0, neither: 0 }).interval.upper,
  ).toBeLessThan(0.2);
});

test('a level outside 0 to 1 is refused', () => {
  expect(() => computeMeanInterval([0.1, 0.2], 95)).toThrow(
    'A level must lie between 0 and 1, received 95.',
  );
});

test('the needed number is the smallest with the power asked for', () => {
  const search = { difference: 0.03, standardDeviation: 0.02 };
  const needed = computeNeededPairs(search) as number;
  expect(computePairedPower(needed, search)).toBeGreaterThanOrEqual(0.8);
  expect(computePairedPower(needed - 1, search)).toBeLessThan(0.8);
  expect(needed).toBe(6);
  expect(computeNeededPerGroup(search)).toBe(9);
});

test('without spread two are enough, and a tiny difference needs more than anybody trains', () => {
  expect(computeNeededPairs({ difference: 0.01, standardDeviation: 0 })).toBe(2);
  expect(computeNeededPairs({ difference: 1e-6, standardDeviation: 0.02 })).toBeUndefined();
});

// Connor 1987: n = (z(0.975) sqrt(D) + z(0.8) sqrt(D - d^2))^2 / d^2.
test('a point on images of which a fifth are told apart needs 15,696 of them', () => {
  expect(computeNeededImages(0.2, { difference: 0.01 })).toBe(15_696);
});

test('the median is the value in the middle, or the mean of two; none has none', () => {
  expect(computeMedian([3, 1, 2])).toBe(2);
  expect(computeMedian([4, 1, 2, 10])).toBe(3);
  expect(computeMedian([])).toBeUndefined();
});
