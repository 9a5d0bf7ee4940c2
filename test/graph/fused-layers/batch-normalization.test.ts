import { beforeAll, expect, test } from 'vitest';
import {
  fuseBatchNormalization,
  keepUnbiasedVariance,
} from '../../../src/graph/fused-layers/batch-normalization.js';
import type { Tensor, TensorFlow } from '../../../src/graph/tensorflow.js';
import { someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { buildLayer, computeOutcome, expectClose, expectSameOutcome } from './layer-outcome.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const shapes = [
  [6, 4],
  [2, 3, 3, 4],
];
const options = [{}, { epsilon: 0.5, axis: -1 }];
const cases = shapes.flatMap((shape) => options.map((option) => ({ shape, option })));
const fuse = fuseBatchNormalization;

test.each(cases)(
  'In training on $shape with $option a fused layer gives what the stock layer gives',
  ({ shape, option }) => {
    const create = () => tf.layers.batchNormalization(option);
    const stock = computeOutcome(create(), shape, { training: true });
    expectSameOutcome(computeOutcome(create(), shape, { training: true, fuse }), stock, 1e-4);
  },
);

test.each(cases)(
  'In evaluation on $shape with $option a fused layer gives what the stock layer gives',
  ({ shape, option }) => {
    const [fused, stock] = [fuse, () => {}].map((change) => {
      const layer = tf.layers.batchNormalization(option);
      buildLayer(layer, shape);
      change(layer);
      const size = shape.reduce((product, length) => product * length, 1);
      return layer.apply(tf.tensor(someNumbers(size), shape), { training: false }) as Tensor;
    });
    expectClose(fused?.dataSync() ?? [], stock?.dataSync() ?? [], 1e-5);
  },
);

// The stock layer fails on both.
test.each([
  ['scale', { scale: false }],
  ['offset', { center: false }],
])('Without a %s a fused layer acts as if that were neutral', (_, option) => {
  const outcomes = [option, {}].map((chosen) => {
    const layer = tf.layers.batchNormalization(chosen);
    layer.build([2, 3, 3, 4]);
    layer.built = true;
    return computeOutcome(layer, [2, 3, 3, 4], { training: true, fuse });
  });
  const [partial, full] = outcomes;
  expect(partial?.output).toEqual(full?.output);
  expect(partial?.gradients[0]).toEqual(full?.gradients[0]);
  expect([partial?.gradients.length, full?.gradients.length]).toEqual([2, 3]);
});

test('The moving averages follow Keras: the population variance, weighed by the momentum', () => {
  const layer = tf.layers.batchNormalization({ momentum: 0.75 });
  layer.build([4, 2]);
  fuseBatchNormalization(layer);
  const batches = [
    [1, 10, 3, 10, 5, 30, 7, 30],
    [0, 0, 0, 0, 4, 0, 4, 8],
  ];
  for (const batch of batches) layer.apply(tf.tensor2d(batch, [4, 2]), { training: true });
  const [, , mean, variance] = layer.getWeights().map((weight) => Array.from(weight.dataSync()));
  // Means 4, 20 then 2, 2; population variances 5, 100 then 4, 12; from 0 and 1 on.
  const moved = (start: number, first: number, second: number) =>
    (start * 0.75 + first * 0.25) * 0.75 + second * 0.25;
  expectClose(mean ?? [], [moved(0, 4, 2), moved(0, 20, 2)], 1e-6);
  expectClose(variance ?? [], [moved(1, 5, 4), moved(1, 100, 12)], 1e-6);
});

test('Where it was asked for, the moving average takes in the unbiased variance', () => {
  const layer = tf.layers.batchNormalization({ momentum: 0.75 });
  layer.build([4, 2]);
  keepUnbiasedVariance(layer);
  fuseBatchNormalization(layer);
  layer.apply(tf.tensor2d([1, 10, 3, 10, 5, 30, 7, 30], [4, 2]), { training: true });
  const variance = layer.getWeights().at(-1)?.dataSync() ?? [];
  // Population variances 5 and 100 of four numbers.
  expectClose(variance, [0.75 + (0.25 * 5 * 4) / 3, 0.75 + (0.25 * 100 * 4) / 3], 1e-6);
});

test('The moving averages do not move in evaluation', () => {
  const layer = tf.layers.batchNormalization();
  layer.build([4, 2]);
  fuseBatchNormalization(layer);
  layer.apply(tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), { training: false });
  const [, , mean, variance] = layer.getWeights().map((weight) => Array.from(weight.dataSync()));
  expect([mean, variance]).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

test.each([
  ['another axis than the last', { axis: 1 }, [2, 3, 3, 4]],
  ['inputs of three axes', {}, [2, 3, 4]],
])('A layer over %s stays as it is', (_, option, shape) => {
  const layer = tf.layers.batchNormalization(option);
  layer.build(shape);
  const { call } = layer;
  fuseBatchNormalization(layer);
  expect(layer.call).toBe(call);
});
