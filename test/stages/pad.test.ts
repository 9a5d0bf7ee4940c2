import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const rows = [[1, 2]];

function pad(options: object) {
  const stage = createListedStage({ name: 'pad', ...options });
  return applyStage(stage, fromRows(rows)).then(toRows);
}

describe('pad', () => {
  test('adds a margin on all sides', async () => {
    expect(await pad({ margin: 1, fillValue: 7 })).toEqual([
      [
        [7, 7, 7, 7],
        [7, 1, 2, 7],
        [7, 7, 7, 7],
      ],
    ]);
  });

  test('fills up to a size, with an odd pixel below and right', async () => {
    expect(await pad({ height: 2, width: 5 })).toEqual([
      [
        [0, 1, 2, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ]);
  });

  test('by no margin leaves the image as it is', async () => {
    expect(await pad({ margin: 0 })).toEqual([rows]);
  });

  test('refuses images that are larger than its size', () => {
    const stage = createListedStage({ name: 'pad', height: 24, width: 40 });
    const inputShape = { height: 32, width: 32, channels: 3 };
    expect(() => createPipeline([stage], { inputShape, resampling: 'each' })).toThrow(
      'Stage "pad" must give images at least as large as its input, 32 x 32, received height 24 and width 40.',
    );
  });

  test.each([
    [{}, 'needs either "margin", or "height" and "width"'],
    [{ margin: 1, height: 3, width: 3 }, 'needs either "margin", or "height" and "width"'],
    [{ height: 3 }, 'needs "height" and "width" together'],
  ])('refuses the options %j', (options, message) => {
    expect(listProblems({ name: 'pad', ...options })).toContain(message);
  });
});
