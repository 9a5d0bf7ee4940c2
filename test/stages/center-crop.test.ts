import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const rows = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
];

function crop(height: number, width: number) {
  const stage = createListedStage({ name: 'center-crop', height, width });
  return applyStage(stage, fromRows(rows)).then(toRows);
}

describe('center-crop', () => {
  test('keeps the middle', async () => {
    expect(await crop(1, 2)).toEqual([[[6, 7]]]);
  });

  test('loses an odd pixel below and right', async () => {
    expect(await crop(2, 3)).toEqual([
      [
        [1, 2, 3],
        [5, 6, 7],
      ],
    ]);
  });

  test('of the full size leaves the image as it is', async () => {
    expect(await crop(3, 4)).toEqual([rows]);
  });

  test('larger than the image resizes the largest window that fits', async () => {
    const [image = []] = await crop(6, 6);
    expect(image).toHaveLength(6);
    expect(image.map((row) => row.length)).toEqual([6, 6, 6, 6, 6, 6]);
    expect([image[0]?.[0], image[5]?.[5]]).toEqual([1, 11]);
  });
});
