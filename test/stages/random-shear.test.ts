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

function shear(draw: { sign: number; xShear: number; yShear: number }) {
  const stage = createListedStage({
    name: 'random-shear',
    xFactor: 1,
    yFactor: 1,
    fillMode: 'constant',
  });
  const lists = Object.entries(draw).map(([name, value]) => [name, [value]]);
  return applyStage(stage, fromRows(rows), Object.fromEntries(lists)).then(toRows);
}

describe('random-shear', () => {
  test('moves each row by its distance from the first', async () => {
    expect(await shear({ sign: 0.5, xShear: 1, yShear: 0 })).toEqual([
      [
        [1, 2, 3],
        [5, 6, 0],
        [9, 0, 0],
      ],
    ]);
  });

  test('negates both shears where the sign is above one half', async () => {
    expect(await shear({ sign: 0.51, xShear: 1, yShear: 0 })).toEqual([
      [
        [1, 2, 3],
        [0, 4, 5],
        [0, 0, 7],
      ],
    ]);
    expect(await shear({ sign: 0.51, xShear: 0, yShear: 1 })).toEqual([
      [
        [1, 0, 0],
        [4, 2, 0],
        [7, 5, 3],
      ],
    ]);
  });

  test('by nothing leaves the image as it is', async () => {
    expect(await shear({ sign: 0.9, xShear: 0, yShear: 0 })).toEqual([rows]);
  });

  test('reads as plain loops do', async () => {
    const stage = createListedStage({ name: 'random-shear', xFactor: 1, yFactor: 1 });
    const parts = fc.integer({ min: -32, max: 32 }).map((count) => count / 32);
    const property = fc.asyncProperty(parts, parts, fc.boolean(), async (sx, sy, negated) => {
      const sign = negated ? -1 : 1;
      const draw = { sign: [negated ? 0.7 : 0.2], xShear: [sx], yShear: [sy] };
      await expectResampled(stage, draw, [1, sign * sx, 0, sign * sy, 1, 0]);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
