import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const rows = [[0, 0.25, 0.5, 1]];

function brighten(options: object, factor: readonly number[]) {
  const stage = createListedStage({ name: 'random-brightness', factor: 1, ...options });
  return applyStage(stage, fromRows(...factor.map(() => rows)), { factor }).then(toRows);
}

describe('random-brightness', () => {
  test('shifts each image by its own share of the range and clips', async () => {
    expect(await brighten({ valueRange: [0, 1] }, [0.5, -0.25, 0])).toEqual([
      [[0.5, 0.75, 1, 1]],
      [[0, 0, 0.25, 0.75]],
      rows,
    ]);
  });

  test('with its default range leaves nothing of images in 0..1', async () => {
    expect(await brighten({}, [-0.2, 0.2])).toEqual([[[0, 0, 0, 0]], [[51, 51.25, 51.5, 52]]]);
  });

  test('states the range that it expects and what it gives', () => {
    const published = createListedStage({ name: 'random-brightness', factor: 0.2 });
    expect(published.expects).toEqual([0, 255]);
    expect(published.gives([0, 1])).toEqual([0, 52]);
    const mended = createListedStage({
      name: 'random-brightness',
      factor: 0.2,
      valueRange: [0, 1],
    });
    expect(mended.expects).toEqual([0, 1]);
    expect(mended.gives([0, 1])).toEqual([0, 1]);
  });

  test('computes what a plain loop computes', async () => {
    const factors = fc.integer({ min: -64, max: 64 }).map((parts) => parts / 64);
    const property = fc.asyncProperty(factors, factors, async (first, second) => {
      const valueRange = [-1, 3];
      const expected = [first, second].map((factor) =>
        rows.map((row) => row.map((value) => Math.min(Math.max(value + factor * 4, -1), 3))),
      );
      expect(await brighten({ valueRange }, [first, second])).toEqual(
        expected.map((image) => image.map((row) => row.map((v) => Math.round(v * 1e4) / 1e4 + 0))),
      );
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
