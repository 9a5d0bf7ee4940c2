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

const rows = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

function rotate(angleDegrees: number) {
  const stage = createListedStage({ name: 'random-rotation', factor: 0.5 });
  return applyStage(stage, fromRows(rows), { angleDegrees: [angleDegrees] }).then(toRows);
}

describe('random-rotation', () => {
  test('turns counter-clockwise for a positive angle', async () => {
    expect(await rotate(90)).toEqual([
      [
        [3, 6, 9],
        [2, 5, 8],
        [1, 4, 7],
      ],
    ]);
  });

  test('by no angle leaves the image as it is', async () => {
    expect(await rotate(0)).toEqual([rows]);
  });

  test('reads as plain loops do', async () => {
    const stage = createListedStage({
      name: 'random-rotation',
      factor: 1,
      fillMode: 'constant',
      fillValue: 9,
    });
    const property = fc.asyncProperty(fc.integer({ min: -360, max: 360 }), async (degrees) => {
      const angle = (degrees * Math.PI) / 180;
      const [cos, sin, cx, cy] = [Math.cos(angle), Math.sin(angle), 3, 2];
      const row = [cos, -sin, cx - cx * cos + cy * sin, sin, cos, cy - cx * sin - cy * cos];
      await expectResampled(stage, { angleDegrees: [degrees] }, row);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
