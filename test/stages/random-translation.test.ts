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
  [1, 2, 3, 4],
  [5, 6, 7, 8],
];

function translate(fillMode: string, [down, right]: readonly [number, number]) {
  const stage = createListedStage({
    name: 'random-translation',
    heightFactor: 1,
    widthFactor: 1,
    fillMode,
  });
  const draw = { heightFraction: [down], widthFraction: [right] };
  return applyStage(stage, fromRows(rows), draw).then(toRows);
}

describe('random-translation', () => {
  test('moves down and right for positive fractions', async () => {
    expect(await translate('constant', [0.5, 0.25])).toEqual([
      [
        [0, 0, 0, 0],
        [0, 1, 2, 3],
      ],
    ]);
  });

  test('reflects at the edges unless told otherwise', async () => {
    const stage = createListedStage({
      name: 'random-translation',
      heightFactor: 0,
      widthFactor: 0.5,
    });
    const draw = { heightFraction: [0], widthFraction: [0.5] };
    expect(toRows(await applyStage(stage, fromRows(rows), draw))).toEqual([
      [
        [2, 1, 1, 2],
        [6, 5, 5, 6],
      ],
    ]);
  });

  test('repeats the edge, or goes round', async () => {
    expect(await translate('nearest', [0, -0.5])).toEqual([
      [
        [3, 4, 4, 4],
        [7, 8, 8, 8],
      ],
    ]);
    expect(await translate('wrap', [0.5, 0])).toEqual([[rows[1], rows[0]]]);
  });

  test('moves by parts of pixels', async () => {
    const [[first] = []] = await translate('nearest', [0, 0.125]);
    expect(first).toEqual([1, 1.5, 2.5, 3.5]);
  });

  test('by nothing leaves the image as it is', async () => {
    expect(await translate('reflect', [0, 0])).toEqual([rows]);
  });

  test('reads as plain loops do', async () => {
    const stage = createListedStage({
      name: 'random-translation',
      heightFactor: 1,
      widthFactor: 1,
    });
    const parts = fc.integer({ min: -64, max: 64 }).map((count) => count / 64);
    const property = fc.asyncProperty(parts, parts, async (fh, fw) => {
      const draw = { heightFraction: [fh], widthFraction: [fw] };
      await expectResampled(stage, draw, [1, 0, -7 * fw, 0, 1, -5 * fh]);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
