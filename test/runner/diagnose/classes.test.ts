import { expect, test } from 'vitest';
import { countConfusion, findClassAccuracy } from '../../../src/runner/diagnose/calibration.js';

test('Images are counted by true and predicted class', () => {
  const labels = Uint8Array.from([0, 0, 0, 1, 1]);
  const predicted = Uint8Array.from([0, 2, 2, 1, 0]);
  const confusion = countConfusion({ labels, predicted }, 3);
  expect(confusion).toEqual([
    [1, 0, 2],
    [1, 1, 0],
    [0, 0, 0],
  ]);
  expect(findClassAccuracy(confusion)).toEqual([1 / 3, 1 / 2, 0]);
});
