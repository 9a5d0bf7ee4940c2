import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage, fitStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import type { TorchTensor } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface GoldenRun {
  readonly options: { readonly name: string; readonly epsilon?: number };
  readonly output: TorchTensor;
}

const { input, runs } = JSON.parse(
  readFileSync(
    new URL('../golden/image-statistics/image_statistics.json', import.meta.url),
    'utf8',
  ),
) as { readonly input: TorchTensor; readonly runs: readonly GoldenRun[] };

/** What is the same whatever the signs of the directions. */
function withoutSigns(name: string, values: ArrayLike<number>): number[] {
  return Array.from(values, name === 'pca-whitening' ? Math.abs : Number);
}

describe('Stages of statistics', () => {
  test.each(runs)('agree with TensorFlow and NumPy: $options', async ({ options, output }) => {
    const values = (await applyStage(createListedStage(options), input)).dataSync();
    const actual = withoutSigns(options.name, values);
    const expected = withoutSigns(options.name, output.values);
    const largest = Math.max(...expected.map(Math.abs));
    const differences = actual.map((value, place) => Math.abs(value - (expected[place] as number)));
    // The products of a whitening are summed in float32.
    expect(Math.max(...differences)).toBeLessThan(2e-5 * Math.max(1, largest));
  });

  test('make an image of one colour 0, not infinite', async () => {
    for (const name of ['per-image-standardization', 'gcn']) {
      const output = await applyStage(createListedStage({ name }), {
        shape: [1, 1, 2, 1],
        values: [9, 9],
      });
      expect(Array.from(output.dataSync())).toEqual([0, 0]);
    }
  });
});

describe('zca', () => {
  test('makes the values of what it learned from uncorrelated', async () => {
    const stage = createListedStage({ name: 'zca', epsilon: 0 });
    const images = { shape: [4, 1, 2, 1], values: [1, 2, 3, 5, 4, 3, 9, 8] } as const;
    const rows = Array.from((await applyStage(stage, images)).dataSync<'float32'>());
    const first = rows.filter((_, place) => place % 2 === 0);
    const second = rows.filter((_, place) => place % 2 === 1);
    const product = (one: readonly number[], other: readonly number[]) =>
      one.reduce((sum, value, place) => sum + value * (other[place] as number), 0) / 4;
    expect(product(first, first)).toBeCloseTo(1, 5);
    expect(product(second, second)).toBeCloseTo(1, 5);
    expect(product(first, second)).toBeCloseTo(0, 5);
  });

  test('learns from as many images as it is told to', async () => {
    const learn = (imageCount: number, values: readonly number[]) =>
      fitStage(createListedStage({ name: 'zca', imageCount }), {
        shape: [values.length / 2, 1, 2, 1],
        values,
      });
    const some = await learn(3, [1, 2, 3, 5, 4, 3, 9, 8]);
    expect(some).toEqual(await learn(10, [1, 2, 3, 5, 4, 3]));
    expect(some.mean?.[0]).toBeCloseTo(8 / 3, 6);
  });
});

describe('pca-color', () => {
  const greys = { shape: [1, 1, 3, 3], values: [0, 0, 0, 51, 51, 51, 204, 204, 204] } as const;

  test('shifts grey images along grey, by number, variance and range', async () => {
    const stage = createListedStage({ name: 'pca-color', std: 1 });
    const fitted = await fitStage(stage, greys);
    const variance = ((0.2 ** 2 + 0.8 ** 2) / 3 - (1 / 3) ** 2) * 3;
    expect(Math.max(...(fitted.variances ?? []))).toBeCloseTo(variance, 12);
    const place = fitted.variances?.indexOf(Math.max(...fitted.variances)) ?? 0;
    const direction = [0, 0, 0].map((_, one) => Number(one === place));
    const output = await applyStage(stage, greys, { direction }, fitted);
    const shift = 255 * variance * Math.abs(fitted.directions?.[place] ?? 0);
    const values = Array.from(output.dataSync<'float32'>());
    const moved = values.map((value, at) => Math.abs(value - (greys.values[at] as number)));
    // One direction of grey is either brighter or darker, and black cannot be darker.
    expect(Math.max(...moved)).toBeCloseTo(shift, 3);
    expect(moved[3]).toBeCloseTo(moved[4] ?? 0, 3);
  });
});
