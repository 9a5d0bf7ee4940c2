import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  computeFalseAlarmRate,
  computeNominalLevel,
  testPairsSequentially,
} from '../../src/statistics/sequential-t-test.js';
import { testPairs } from '../../src/statistics/t-test.js';

interface Golden {
  readonly first: number;
  readonly last: number;
  readonly nominal: number;
  readonly rate: number;
  readonly tolerance: number;
}

/** By SciPy's quadrature and by simulation: see test/golden/statistics/generate-sequential.py. */
const golden: Golden[] = JSON.parse(readFileSync('test/golden/statistics/sequential.json', 'utf8'));

test.each(golden)(
  'Looking after pairs $first to $last at $nominal raises a false alarm as often as the reference says',
  ({ first, last, nominal, rate, tolerance }) => {
    const computed = computeFalseAlarmRate(nominal, { first, last });
    expect(Math.abs(computed - rate)).toBeLessThan(tolerance);
  },
);

test('One look alone has its own level', () => {
  expect(computeFalseAlarmRate(0.05, { first: 5, last: 5 })).toBeCloseTo(0.05, 12);
  expect(computeNominalLevel(0.05, { first: 5, last: 5 })).toBeCloseTo(0.05, 12);
});

test.each([
  [0.05, { first: 3, last: 20 }],
  [0.05 / 7, { first: 3, last: 20 }],
  [0.1, { first: 2, last: 8 }],
])('The nominal level for %d makes all looks together come to it', (alpha, looks) => {
  expect(computeFalseAlarmRate(computeNominalLevel(alpha, looks), looks) / alpha).toBeCloseTo(1, 6);
});

const looks = { first: 3, last: 10 };
const before = [0.68, 0.69, 0.7, 0.685];
const after = [0.7, 0.712, 0.717, 0.706];

test('The interval is that of the nominal level, and the p-value counts all looks', () => {
  const nominal = computeNominalLevel(0.05, looks);
  const plain = testPairs(before, after, 1 - nominal);
  const test = testPairsSequentially(before, after, { looks });
  expect(test?.interval.lower).toBeCloseTo(plain?.interval.lower ?? 0, 12);
  expect(test?.interval.upper).toBeCloseTo(plain?.interval.upper ?? 0, 12);
  expect(test?.interval.level).toBe(0.95);
  expect(test?.pValue).toBeGreaterThan(testPairs(before, after)?.pValue ?? 1);
  expect(test?.pValue).toBeCloseTo(
    computeFalseAlarmRate(testPairs(before, after)?.pValue ?? 1, looks),
  );
});

test('A difference that an earlier look told stays told', () => {
  const [sure, later] = [
    [0.02, 0.0201, 0.0199],
    [0.02, 0.0201, 0.0199, -0.1],
  ];
  const zeros = (count: number) => new Array<number>(count).fill(0);
  const now = testPairsSequentially(zeros(3), sure, { looks })?.pValue;
  expect(testPairsSequentially(zeros(4), later, { looks })?.pValue).toBe(now);
});

test('Too few pairs, or more than were planned, are not tested', () => {
  expect(testPairsSequentially([0.1, 0.2], [0.2, 0.3], { looks })).toBeUndefined();
  const many = Array.from({ length: 11 }, (_, index) => index / 100);
  expect(testPairsSequentially(many, many, { looks })).toBeUndefined();
});
