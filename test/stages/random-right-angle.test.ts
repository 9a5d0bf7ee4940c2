import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const image = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

const turned = [
  image,
  [
    [3, 6, 9],
    [2, 5, 8],
    [1, 4, 7],
  ],
  [
    [9, 8, 7],
    [6, 5, 4],
    [3, 2, 1],
  ],
  [
    [7, 4, 1],
    [8, 5, 2],
    [9, 6, 3],
  ],
];

const stage = createListedStage({ name: 'random-right-angle' });

describe('random-right-angle', () => {
  test('turns each image counter-clockwise by its quarters, as rot90 of NumPy does', async () => {
    const images = fromRows(image, image, image, image, image);
    const output = await applyStage(stage, images, { quarters: [0, 1.9, 2, 3.5, 4] });
    expect(toRows(output)).toEqual([...turned, turned[3]]);
  });

  test('turns each image by each angle about equally often', async () => {
    const images = fromRows(...Array.from({ length: 4000 }, () => image));
    const corners = toRows(await applyStage(stage, images, { seed: 0 })).map(([row]) => row?.[0]);
    for (const corner of [1, 3, 9, 7]) {
      const seen = corners.filter((value) => value === corner).length;
      expect(Math.abs(seen - 1000)).toBeLessThan(110);
    }
  });

  test('turns images that are not square by 0 or 180 degrees', async () => {
    const wide = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const images = fromRows(wide, wide, wide, wide);
    const output = toRows(await applyStage(stage, images, { quarters: [0, 1, 2, 3] }));
    const half = [
      [6, 5, 4],
      [3, 2, 1],
    ];
    expect(output).toEqual([wide, wide, half, half]);
  });
});
