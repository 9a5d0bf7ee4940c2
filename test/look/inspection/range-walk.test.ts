import { expect, test } from 'vitest';
import { createStage } from '../../../src/experiment/create-stage.js';
import { walkRanges } from '../../../src/look/inspection/range-walk.js';

test('training images and test images have ranges of their own', () => {
  const stages = [{ name: 'minmax' }, { name: 'random-brightness', factor: 0.2 }] as const;
  expect(walkRanges(stages.map((options) => createStage(options)))).toEqual([
    { receives: [0, 255], gives: [0, 1], testImages: [0, 1] },
    { receives: [0, 1], gives: [0, 52], testImages: [0, 1] },
  ]);
});
