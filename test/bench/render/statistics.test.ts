import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestOf, median, ratioOf, spreadOf } from '../../../bench/render/statistics.js';

const seconds = fc.double({ min: 1e-6, max: 1e3, noNaN: true });

test('the median of an odd number of values is the middle one', () => {
  expect(median([9, 1, 2])).toBe(2);
});

test('the median of an even number of values is the mean of the two middle ones', () => {
  expect(median([4, 1, 2, 100])).toBe(3);
});

test('half of the values lie on each side of the median', () => {
  fc.assert(
    fc.property(fc.array(seconds, { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(
        values.length / 2,
      );
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(
        values.length / 2,
      );
    }),
  );
});

test('the spread has the median, both ends and the number of values', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, count: 3 });
});

test('ratios are taken round by round, so that a slow round slows both sides', () => {
  const ours = new Map([
    [1, 1],
    [2, 10],
  ]);
  const theirs = new Map([
    [1, 2],
    [2, 20],
  ]);
  expect(ratioOf(theirs, ours)).toEqual({ median: 2, min: 2, max: 2, count: 2 });
});

test('rounds that only one side has do not count', () => {
  const ours = new Map([
    [1, 1],
    [2, 1],
  ]);
  expect(ratioOf(new Map([[1, 4]]), ours)).toEqual({ median: 4, min: 4, max: 4, count: 1 });
  expect(ratioOf(new Map([[3, 4]]), ours)).toBeUndefined();
});

test('the best of several sides is chosen in each round', () => {
  const first = new Map([
    [1, 5],
    [2, 3],
  ]);
  const second = new Map([[1, 4]]);
  expect(bestOf([first, second])).toEqual(
    new Map([
      [1, 4],
      [2, 3],
    ]),
  );
});
