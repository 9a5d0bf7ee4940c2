import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, type Rows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

function resize(options: object, rows: Rows) {
  const stage = createListedStage({ name: 'resize', height: 1, width: 2, ...options });
  return applyStage(stage, fromRows(rows)).then(toRows);
}

describe('resize', () => {
  test('reads between pixels at half-pixel centres', async () => {
    expect(await resize({ width: 4 }, [[0, 4]])).toEqual([[[0, 1, 3, 4]]]);
    expect(await resize({ width: 4, interpolation: 'nearest' }, [[0, 4]])).toEqual([
      [[0, 0, 4, 4]],
    ]);
  });

  test('does not smooth what it shrinks', async () => {
    expect(await resize({ width: 1 }, [[9, 0, 0, 0, 9]])).toEqual([[[0]]]);
  });

  test('to the same size leaves the image as it is', async () => {
    const rows = [
      [1, 2],
      [3, 4],
    ];
    expect(await resize({ height: 2 }, rows)).toEqual([rows]);
  });

  test('crops to the new proportions first', async () => {
    const rows = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    expect(await resize({ height: 2, cropToAspectRatio: true }, rows)).toEqual([
      [
        [2, 3],
        [6, 7],
      ],
    ]);
  });

  test('pads to the new proportions first', async () => {
    const square = { height: 3, width: 3, padToAspectRatio: true, fillValue: 9 };
    expect(await resize(square, [[1, 2, 3]])).toEqual([
      [
        [9, 9, 9],
        [1, 2, 3],
        [9, 9, 9],
      ],
    ]);
    expect(createListedStage({ name: 'resize', ...square }).gives([0, 1])).toEqual([0, 9]);
  });

  test('refuses to crop and to pad at once', () => {
    const both = {
      name: 'resize',
      height: 2,
      width: 2,
      cropToAspectRatio: true,
      padToAspectRatio: true,
    };
    expect(listProblems(both)).toEqual(['must not be set together with cropToAspectRatio']);
  });
});
