import { expect, test } from 'vitest';
import { betaQuantiles } from '../../src/statistics/beta-quantiles.js';

/** Of SciPy 1.17.1: scipy.stats.beta.ppf at 1/16, 1/4, 1/2, 3/4 and 15/16. */
const scipy = [
  [0.1, [0, 0.00084526, 0.5, 0.99915474, 1]],
  [0.2, [2.363e-5, 0.02381472, 0.5, 0.97618528, 0.99997637]],
  [0.8, [0.03962717, 0.21929476, 0.5, 0.78070524, 0.96037283]],
  [1, [0.0625, 0.25, 0.5, 0.75, 0.9375]],
  [8, [0.31241407, 0.41498947, 0.5, 0.58501053, 0.68758593]],
] as const;

test.each(scipy)('the quantiles of Beta(%d, %d) are those of SciPy', (alpha, expected) => {
  const table = betaQuantiles(alpha, 16);
  [1, 4, 8, 12, 15].forEach((cell, index) => {
    expect(table[cell]).toBeCloseTo(expected[index] as number, 6);
  });
});

test('quantiles rise from 0 to 1, even where nearly all lie at the ends', () => {
  for (const alpha of [0.001, 0.01, 0.2, 1, 30, 1000]) {
    const table = betaQuantiles(alpha, 256);
    expect(table[0]).toBe(0);
    expect(table[256]).toBe(1);
    expect(table.every((value, cell) => cell === 0 || value >= (table[cell - 1] ?? NaN))).toBe(
      true,
    );
  }
});
