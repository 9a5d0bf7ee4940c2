import { beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { mixWith, orderAsDraw, sharesOf } from './mix.js';

beforeAll(async () => {
  await loadTestEngine();
});

/** Images of one pixel. */
function mix(options: object, values: readonly number[], draw: Record<string, number[]>) {
  const stage = createListedStage({ name: 'mixup', ...options });
  const labels = sharesOf(
    values.map((_, index) => index),
    values.length,
  );
  return mixWith(stage, { images: { shape: [values.length, 1, 1, 1], values }, labels }, draw);
}

describe('mixup', () => {
  test('mixes an image with the one before it, and the labels as much', () => {
    expect(mix({}, [0, 100, 200], { lambda: [0.75] })).toEqual({
      images: [50, 75, 175],
      labels: [
        [0.75, 0, 0.25],
        [0.25, 0.75, 0],
        [0, 0.25, 0.75],
      ],
    });
  });

  test('mixes ends with ends in the dialect of timm, the middle of an odd batch with itself', () => {
    expect(mix({ dialect: 'timm' }, [0, 100, 200], { lambda: [0.75] })).toEqual({
      images: [50, 100, 150],
      labels: [
        [0.75, 0, 0.25],
        [0, 1, 0],
        [0.25, 0, 0.75],
      ],
    });
  });

  test('has a lambda for each image and partners by chance in the dialect of Keras', () => {
    const draw = { lambda: [1, 0.5, 0], partner: orderAsDraw([2, 0, 1]) };
    expect(mix({ dialect: 'keras' }, [0, 100, 200], draw)).toEqual({
      images: [0, 50, 100],
      labels: [
        [1, 0, 0],
        [0.5, 0.5, 0],
        [0, 1, 0],
      ],
    });
  });

  test('takes what is written before what the dialect says', () => {
    const options = { dialect: 'keras', lambda: 'batch', partner: 'flip' };
    expect(mix(options, [0, 200], { lambda: [0.75] }).images).toEqual([50, 150]);
  });

  test('leaves an image that is alone in its batch as it is', () => {
    for (const partner of ['roll', 'flip', 'permutation']) {
      const draw = { lambda: [0.25], partner: [0.5] };
      expect(mix({ partner }, [7], draw)).toEqual({ images: [7], labels: [[1]] });
    }
  });

  test('says what it does', () => {
    const { formula } = createListedStage({ name: 'mixup', dialect: 'keras' });
    expect(formula).toBe(
      'l * x + (1 - l) * p, labels too, l from Beta(0.2, 0.2), p one of the batch by chance; one lambda for each image',
    );
  });
});
