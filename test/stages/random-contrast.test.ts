import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const unit = { name: 'random-contrast', factor: 1, valueRange: [0, 1] };

describe('random-contrast', () => {
  test('stretches each image about its own mean and clips', async () => {
    const dark = [[0.1, 0.3]];
    const bright = [[0.4, 0.8]];
    const output = await applyStage(createListedStage(unit), fromRows(dark, bright, bright), {
      factor: [2, 0.5, 2],
    });
    expect(toRows(output)).toEqual([[[0, 0.4]], [[0.5, 0.7]], [[0.2, 1]]]);
  });

  test('takes the mean of each channel apart', async () => {
    const images = { shape: [1, 1, 2, 2], values: [0.2, 0.8, 0.4, 0.8] } as const;
    const output = await applyStage(createListedStage(unit), images, { factor: [2] });
    const values = Array.from(output.dataSync(), (value) => Math.round(value * 1e4) / 1e4);
    expect(values).toEqual([0.1, 0.8, 0.5, 0.8]);
  });

  test('by 1 leaves the image as it is', async () => {
    const rows = [[0.25, 0.5, 1]];
    const output = await applyStage(createListedStage(unit), fromRows(rows), { factor: [1] });
    expect(toRows(output)).toEqual([rows]);
  });

  test('of a flat image leaves the image as it is', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 0, max: 64 }), async (parts) => {
      const rows = [[parts / 64, parts / 64, parts / 64, parts / 64]];
      const output = await applyStage(createListedStage(unit), fromRows(rows), { factor: [1.7] });
      expect(toRows(output)[0]?.[0]?.[0]).toBeCloseTo(parts / 64, 3);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  test('states what it can reach', () => {
    expect(createListedStage(unit).gives([0.25, 0.5])).toEqual([0, 0.75]);
    expect(createListedStage({ name: 'random-contrast', factor: 0.2 }).gives([0, 1])).toEqual([
      0, 1.2,
    ]);
  });
});
