import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { applyStage, fitStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const minmax = createListedStage({ name: 'minmax', inputRange: [0, 10] });
const flip = createListedStage({ name: 'random-flip', mode: 'horizontal' });
const shear = createListedStage({ name: 'random-shear', xFactor: 0.5 });

const twoImages = [[[[1], [2]]], [[[3], [4]]]];

describe('applyStage', () => {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before);
  });

  const read = (images: Tensor4D): number[] => {
    const values = Array.from(images.dataSync());
    images.dispose();
    return values.map((value) => Math.round(value * 1e4) / 1e4);
  };

  test('takes nested arrays, typed arrays with a shape, and tensors', async () => {
    const shape = [1, 1, 2, 1] as const;
    const tensor = tf.tensor4d([5, 10], [...shape]);
    const bytes = tf.tensor4d([5, 10], [...shape], 'int32');
    const forms = [
      [[[[5], [10]]]],
      { shape, values: Uint8Array.of(5, 10) },
      { shape, values: Float32Array.of(5, 10) },
      { shape, values: [5, 10] },
      tensor,
      bytes,
    ];
    for (const form of forms) expect(read(await applyStage(minmax, form))).toEqual([0.5, 1]);
    expect(Array.from(tensor.dataSync())).toEqual([5, 10]);
    tensor.dispose();
    bytes.dispose();
  });

  test('takes the draw as numbers', async () => {
    const output = await applyStage(flip, twoImages, { flip: [0.1, 0.9] });
    expect(read(output)).toEqual([2, 1, 3, 4]);
  });

  test('draws from a seed, and from seed 0 where none is given', async () => {
    const stage = createListedStage({ name: 'random-brightness', factor: 0.5 });
    const images = [[[[100]]], [[[100]]]];
    const seven = read(await applyStage(stage, images, { seed: 7 }));
    expect(read(await applyStage(stage, images, { seed: 7 }))).toEqual(seven);
    expect(new Set(seven).size).toBe(2);
    const zero = read(await applyStage(stage, images, { seed: 0 }));
    expect(read(await applyStage(stage, images))).toEqual(zero);
    expect(zero).not.toEqual(seven);
  });

  test('lets a stage learn from the images, or takes what it learned from others', async () => {
    const zscore = createListedStage({ name: 'zscore' });
    expect(read(await applyStage(zscore, twoImages))).toEqual([-1.3416, -0.4472, 0.4472, 1.3416]);
    const fitted = await fitStage(zscore, [[[[0], [2]]]]);
    expect(fitted).toEqual({ mean: [1], std: [1] });
    expect(read(await applyStage(zscore, twoImages, {}, fitted))).toEqual([0, 1, 2, 3]);
  });

  test('names a draw that the stage does not have', async () => {
    await expect(applyStage(shear, twoImages, { angle: [1, 2] })).rejects.toThrow(
      'Stage "random-shear" draws "sign", "yShear", "xShear", received a draw "angle".',
    );
    await expect(applyStage(minmax, twoImages, { angle: [1, 2] })).rejects.toThrow(
      'Stage "minmax" draws nothing, received a draw "angle".',
    );
  });

  test('names a draw of the wrong length', async () => {
    await expect(applyStage(flip, twoImages, { flip: [1] })).rejects.toThrow(
      'Draw "flip" must have 2 numbers, received 1.',
    );
    await expect(applyStage(flip, twoImages, {})).rejects.toThrow(
      'Draw "flip" must have 2 numbers, received 0.',
    );
  });
});
