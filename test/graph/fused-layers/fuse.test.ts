import { beforeAll, describe, expect, test } from 'vitest';
import { fuseModel } from '../../../src/graph/fused-layers/fuse.js';
import type { Layer } from '../../../src/graph/fused-layers/layer.js';
import { createRandomSource } from '../../../src/graph/random.js';
import type { LayersModel, Tensor, TensorFlow } from '../../../src/graph/tensorflow.js';
import { someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { expectClose } from './layer-outcome.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const random = () =>
  createRandomSource({ seed: 0, stream: 'dropout/0', step: tf.scalar(0, 'int32') });
const images = () => tf.tensor4d(someNumbers(2 * 6 * 6 * 2), [2, 6, 6, 2]);

/** A model of all kinds of layers that are fused, ending in the given ones. */
function createModel(...ends: Layer[]): LayersModel {
  const { layers } = tf;
  return tf.sequential({
    name: 'mine',
    layers: [
      layers.conv2d({ inputShape: [6, 6, 2], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.batchNormalization(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.5 }),
      layers.flatten(),
      layers.dense({ units: 8 }),
      layers.reLU(),
      ...ends,
    ],
  });
}

const ends: [string, () => Layer[]][] = [
  ['a dense layer with softmax', () => [tf.layers.dense({ units: 5, activation: 'softmax' })]],
  ['a softmax layer', () => [tf.layers.dense({ units: 5 }), tf.layers.softmax()]],
  [
    'an activation layer',
    () => [tf.layers.dense({ units: 5 }), tf.layers.activation({ activation: 'softmax' })],
  ],
];

describe.each(ends)('A fused model that ends in %s', (_, end) => {
  test('gives the logits of what the stock model predicts', () => {
    const model = createModel(...end());
    const predicted = model.predict(images()) as Tensor;
    const logits = fuseModel(model, random)(images(), false);
    expectClose(tf.softmax(logits).dataSync(), predicted.dataSync(), 1e-6);
    const sums = logits.exp().sum(1).dataSync();
    expect(Math.abs((sums[0] ?? 1) - 1)).toBeGreaterThan(1e-3);
  });

  test('is saved as it was', () => {
    const model = createModel(...end());
    const before = model.toJSON(undefined, false);
    fuseModel(model, random);
    expect(model.toJSON(undefined, false)).toEqual(before);
  });
});

test.each([
  ['GaussianNoise', () => tf.layers.gaussianNoise({ stddev: 1, name: 'noise' })],
  ['GaussianDropout', () => tf.layers.gaussianDropout({ rate: 0.5, name: 'noise' })],
  ['AlphaDropout', () => tf.layers.alphaDropout({ rate: 0.5, name: 'noise' })],
])('A %s layer is refused by name', (kind, create) => {
  const { dense } = tf.layers;
  const model = createModel(create(), dense({ units: 5, activation: 'softmax' }));
  expect(() => fuseModel(model, random)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: `Layer "noise" (${kind}) draws its noise outside of the trial's seed.`,
      hint: 'Use a Dropout layer, or an augmentation stage in place of noise.',
      exitCode: 2,
    }),
  );
});

test('The layers of a model within the model are fused too', () => {
  const { dense, dropout } = tf.layers;
  const block = () =>
    tf.sequential({
      layers: [dense({ inputShape: [8], units: 6, activation: 'relu' }), dropout({ rate: 0.5 })],
    });
  const model = createModel(block(), dense({ units: 5, activation: 'softmax' }));
  const asked: number[] = [];
  const predicted = model.predict(images()) as Tensor;
  const apply = fuseModel(model, (layer) => {
    asked.push(layer);
    return random();
  });
  expect(asked).toEqual([3, 8]);
  expectClose(tf.softmax(apply(images(), false)).dataSync(), predicted.dataSync(), 1e-6);
  const [first, second] = [apply(images(), true), apply(images(), true)];
  expect(second?.dataSync()).toEqual(first?.dataSync());
});

test.each([
  ['Dense "head"', () => tf.layers.dense({ units: 5, name: 'head' })],
  ['Dense "head"', () => tf.layers.dense({ units: 5, activation: 'sigmoid', name: 'head' })],
  ['Activation "head"', () => tf.layers.activation({ activation: 'relu', name: 'head' })],
  ['Dropout "head"', () => tf.layers.dropout({ rate: 0.5, name: 'head' })],
])('A model that ends in %s is refused', (last, create) => {
  expect(() => fuseModel(createModel(create()), random)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: `Model "mine" ends in ${last}, expected a softmax over the classes.`,
      hint: "End it with a dense layer of activation 'softmax'.",
    }),
  );
});
