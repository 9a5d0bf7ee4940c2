import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { expectResampled } from './geometric-oracle.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const rows = [[0, 10, 20, 30, 40]];

function zoom(options: object, draw: Record<string, number[]>) {
  const stage = createListedStage({ name: 'random-zoom', heightFactor: 0.5, ...options });
  return applyStage(stage, fromRows(rows), draw).then(toRows);
}

describe('random-zoom', () => {
  test('above 1 shows more than the image', async () => {
    expect(await zoom({ fillMode: 'constant', fillValue: 7 }, { heightZoom: [2] })).toEqual([
      [[7, 0, 20, 40, 7]],
    ]);
  });

  test('below 1 shows the middle', async () => {
    expect(await zoom({}, { heightZoom: [0.5] })).toEqual([[[10, 15, 20, 25, 30]]]);
  });

  test('takes the width from a draw of its own where it has a factor', async () => {
    const draw = { heightZoom: [1.3], widthZoom: [0.5] };
    expect(await zoom({ widthFactor: 0.5 }, draw)).toEqual([[[10, 15, 20, 25, 30]]]);
  });

  test('of 1 leaves the image as it is', async () => {
    expect(await zoom({}, { heightZoom: [1] })).toEqual([rows]);
  });

  test('reads as plain loops do', async () => {
    const stage = createListedStage({ name: 'random-zoom', heightFactor: 1, widthFactor: 1 });
    const zooms = fc.integer({ min: 1, max: 64 }).map((parts) => parts / 32);
    const property = fc.asyncProperty(zooms, zooms, async (zh, zw) => {
      const row = [zw, 0, 3 * (1 - zw), 0, zh, 2 * (1 - zh)];
      await expectResampled(stage, { heightZoom: [zh], widthZoom: [zw] }, row);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
