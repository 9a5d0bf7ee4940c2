import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureWasserstein } from '../../../src/runner/diagnose/input-statistics.js';

const measure = (a: readonly number[], b: readonly number[]) =>
  measureWasserstein(Float32Array.from(a), Float32Array.from(b));

describe('The distance between two distributions', () => {
  // The first is the example of scipy.stats.wasserstein_distance.
  test.each([
    [[0, 1, 3], [5, 6, 8], 5],
    [[0, 1], [0, 1], 0],
    [[1, 2, 3, 4, 5], [1, 2, 3, 4, 6], 0.2],
    [[0], [0, 4], 2],
    [[0, 0, 0, 1], [1], 0.75],
  ])('of %j and %j is %d', (a, b, expected) => {
    expect(measure(a, b)).toBeCloseTo(expected, 6);
    expect(measure(b, a)).toBeCloseTo(expected, 6);
  });

  const integers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });

  test('is the shift, where one is the other shifted, however often each value stands there', () => {
    fc.assert(
      fc.property(integers, fc.integer({ min: 0, max: 20 }), (values, shift) => {
        const shifted = [...values, ...values].map((value) => value + shift);
        expect(measure(values, shifted)).toBeCloseTo(shift, 6);
      }),
    );
  });

  test('is the mean distance of sorted values, where both have as many', () => {
    fc.assert(
      fc.property(integers, (values) => {
        const other = values.map((value, index) => (value * 7 + index) % 31);
        const [a, b] = [values, other].map((list) => [...list].sort((x, y) => x - y));
        const distances = (a ?? []).map((value, index) => Math.abs(value - (b?.[index] ?? 0)));
        const mean = distances.reduce((sum, distance) => sum + distance, 0) / values.length;
        expect(measure(values, other)).toBeCloseTo(mean, 5);
      }),
    );
  });
});
