import { expect, test } from 'vitest';
import { createSobolPoints, mostSobolDimensions } from '../../src/statistics/sobol.js';

const none = (dimensions: number) => new Array<number>(dimensions).fill(0);

test('The points are those of SciPy, without scrambling', () => {
  // scipy.stats.qmc.Sobol(10, scramble=False).random(8), SciPy 1.17.
  expect(createSobolPoints(8, none(10))).toEqual([
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75, 0.75],
    [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.25],
    [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875, 0.625],
    [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125],
    [0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125, 0.125, 0.375],
    [0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625, 0.625, 0.875],
  ]);
});

test('Each of 64 equal parts of every dimension has one of 64 points, shifted or not', () => {
  for (const shifts of [
    none(10),
    Array.from({ length: 10 }, (_, index) => 0x9e3779b9 * (index + 1)),
  ]) {
    const points = createSobolPoints(64, shifts);
    for (let dimension = 0; dimension < 10; dimension++) {
      const parts = points.map((point) => Math.floor(64 * (point[dimension] as number)));
      expect(new Set(parts).size).toBe(64);
    }
  }
});

test('More dimensions than the table has are refused', () => {
  expect(() => createSobolPoints(2, none(mostSobolDimensions + 1))).toThrow(RangeError);
});
