import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { applyStage, fitStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const twoImages = {
  shape: [2, 1, 2, 2],
  // Channel 0 has 1, 3, 5, 7; channel 1 has 10, 10, 10, 10.
  values: [1, 10, 3, 10, 5, 10, 7, 10],
} as const;

test('zscore learns mean and population deviation of each channel', async () => {
  const fitted = await fitStage(createListedStage({ name: 'zscore' }), twoImages);
  expect(fitted).toEqual({ mean: [4, 10], std: [Math.sqrt(5), 0] });
});

test('zscore learns one pair of numbers from all values', async () => {
  const stage = createListedStage({ name: 'zscore', per: 'global' });
  const { mean, std } = await fitStage(stage, twoImages);
  expect(mean).toEqual([7]);
  expect(std?.[0]).toBeCloseTo(Math.sqrt(11.5), 12);
});

test('zscore learns a pair of numbers for each value of an image', async () => {
  const stage = createListedStage({ name: 'zscore', per: 'pixel' });
  expect(await fitStage(stage, twoImages)).toEqual({ mean: [3, 10, 5, 10], std: [2, 0, 2, 0] });
});

test('zscore per pixel shifts and scales each pixel by its own statistics', async () => {
  const stage = createListedStage({ name: 'zscore', per: 'pixel' });
  const fitted = { mean: [1, 2], std: [2, 4] };
  const output = await applyStage(stage, fromRows([[3, 10]]), {}, fitted);
  expect(toRows(output)).toEqual([[[1, 2]]]);
});

test('zscore adds epsilon to the deviation', async () => {
  const stage = createListedStage({ name: 'zscore', epsilon: 1 });
  const output = await applyStage(stage, fromRows([[0, 6]]));
  expect(toRows(output)).toEqual([[[-0.75, 0.75]]]);
});

test('zscore only subtracts the mean where nothing varies', async () => {
  const stage = createListedStage({ name: 'zscore', epsilon: 1e-7 });
  const fitted = await fitStage(stage, fromRows([[0.1, 0.1, 0.1]]));
  expect(fitted.std).toEqual([0]);
  const output = await applyStage(stage, fromRows([[0.1, 2.1]]), {}, fitted);
  expect(toRows(output)).toEqual([[[0, 2]]]);
});

test('zscore gives what it learned from mean 0 and deviation 1', async () => {
  const values = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 12, maxLength: 12 });
  const property = fc.asyncProperty(values, async (numbers) => {
    fc.pre(new Set(numbers).size > 1);
    const stage = createListedStage({ name: 'zscore', per: 'global' });
    const output = await applyStage(stage, { shape: [1, 2, 3, 2], values: numbers });
    const scaled = Array.from(output.dataSync());
    const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
    const squares = scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(mean).toBeCloseTo(0, 5);
    expect(Math.sqrt(squares / scaled.length)).toBeCloseTo(1, 5);
  });
  await fc.assert(property, { numRuns: 50 });
});
