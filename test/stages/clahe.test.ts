import { beforeAll, describe, expect, test } from 'vitest';
import { hasOwnKernels } from '../../src/graph/own-kernels.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { applyStage } from '../../src/stages/apply-stage.js';
import { composedEqualizeTiles } from '../../src/stages/clahe.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';
import { torchImages } from './torch-golden.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const clahe = (options: object) => createListedStage({ name: 'clahe', when: 'always', ...options });

describe('clahe', () => {
  test('with one tile and no limit spreads the levels of the image by how many are up to them', async () => {
    const output = await applyStage(
      clahe({ tiles: 1, clipLimit: 256 }),
      fromRows([[9, 9, 200, 210]]),
    );
    expect(toRows(output)).toEqual([[[127.5, 127.5, 191.25, 255]]]);
  });

  test.each([
    { tiles: 8, clipLimit: 4 },
    { tiles: 4, clipLimit: 2 },
    { tiles: 1, clipLimit: 40 },
  ])("does by its kernel what TensorFlow's own ops do: %j", async (options) => {
    expect(hasOwnKernels()).toBe(true);
    const images = torchImages([0, 1, 2, 3]);
    const output = (await applyStage(clahe(options), images)).dataSync();
    const composed = tf.tidy(() =>
      composedEqualizeTiles(tf.tensor4d([...images.values], [...images.shape]), options),
    );
    composed.dataSync().forEach((value, place) => {
      expect(Math.abs(value - (output[place] as number))).toBeLessThan(1e-3);
    });
    composed.dispose();
  });

  test('continues images that its tiles do not fit', async () => {
    const output = await applyStage(clahe({ tiles: 2 }), torchImages('tiny'));
    expect(output.shape).toEqual([1, 3, 5, 3]);
  });

  test('refuses more tiles than pixels', () => {
    const inputShape = { height: 4, width: 6, channels: 3 };
    expect(() => createPipeline([clahe({})], { inputShape, resampling: 'each' })).toThrow(
      'Stage "clahe" must have at most 4 tiles each way for images of 4 x 6, received 8.',
    );
  });
});
