import { beforeAll, describe, expect, test } from 'vitest';
import {
  fuseConv2d,
  fuseDense,
  fuseDepthwiseConv2d,
} from '../../../src/graph/fused-layers/dense-and-conv.js';
import type { Layer } from '../../../src/graph/fused-layers/layer.js';
import type { Tensor, TensorFlow } from '../../../src/graph/tensorflow.js';
import { someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { buildLayer, computeOutcome, expectClose, expectSameOutcome } from './layer-outcome.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** Expects a fused layer to give what a stock layer of the same options gives, forward and backward. */
function expectAsStock(
  create: () => Layer,
  inputShape: readonly number[],
  fuse: (layer: Layer) => void,
): void {
  const fused = create();
  const called = fused.call;
  const found = computeOutcome(fused, inputShape, { training: true, fuse });
  expect(fused.call).not.toBe(called);
  expectSameOutcome(found, computeOutcome(create(), inputShape, { training: true }));
}

describe('A fused Conv2D gives what the stock layer gives', () => {
  test.each([
    { activation: 'relu' },
    { activation: 'relu', padding: 'same' },
    { activation: 'linear' },
    { activation: 'sigmoid' },
    { activation: 'elu', useBias: false },
    { activation: 'relu', strides: [2, 1] },
    {},
  ] as const)('with %j', (options) => {
    const create = () =>
      tf.layers.conv2d({ filters: 3, kernelSize: [2, 3], ...(options as object) });
    expectAsStock(create, [2, 6, 5, 2], fuseConv2d);
  });
});

test('A fused Conv2D with dilation gives what the stock layer gives', () => {
  // Forward only: TensorFlow.js has no gradient of it.
  const outputs = [fuseConv2d, () => {}].map((fuse) => {
    const layer = tf.layers.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2 });
    buildLayer(layer, [2, 7, 6, 2]);
    fuse(layer);
    return layer.apply(tf.tensor(someNumbers(168), [2, 7, 6, 2])) as Tensor;
  });
  expectClose(outputs[0]?.dataSync() ?? [], outputs[1]?.dataSync() ?? [], 1e-6);
  expect(outputs[0]?.shape).toEqual([2, 3, 2, 3]);
});

test('A Conv2D with channels first stays as it is', () => {
  const layer = tf.layers.conv2d({ filters: 3, kernelSize: 2, dataFormat: 'channelsFirst' });
  const { call } = layer;
  fuseConv2d(layer);
  expect(layer.call).toBe(call);
});

describe('A fused Dense gives what the stock layer gives', () => {
  test.each([
    { activation: 'relu' },
    { activation: 'linear' },
    { activation: 'tanh' },
    { activation: 'softmax' },
    { activation: 'relu', useBias: false },
    {},
  ] as const)('with %j', (options) => {
    const create = () => tf.layers.dense({ units: 4, ...options });
    expectAsStock(create, [3, 5], (layer) => fuseDense(layer, 'activated'));
  });

  test('on inputs of more axes', () => {
    const create = () => tf.layers.dense({ units: 4, activation: 'relu' });
    expectAsStock(create, [2, 3, 5], (layer) => fuseDense(layer, 'activated'));
  });
});

test('A Dense that gives logits leaves its activation out', () => {
  const softmax = tf.layers.dense({ units: 4, activation: 'softmax' });
  const linear = tf.layers.dense({ units: 4 });
  const fuse = (layer: Layer) => fuseDense(layer, 'logits');
  const found = computeOutcome(softmax, [3, 5], { training: true, fuse });
  expectSameOutcome(found, computeOutcome(linear, [3, 5], { training: true }));
});

describe('A fused DepthwiseConv2D gives what the stock layer gives', () => {
  test.each([
    {},
    { depthMultiplier: 2, activation: 'relu' },
    { strides: [2, 2], padding: 'same' },
    { useBias: false, activation: 'sigmoid' },
  ] as const)('with %j', (options) => {
    const create = () => tf.layers.depthwiseConv2d({ kernelSize: [2, 3], ...(options as object) });
    expectAsStock(create, [2, 6, 5, 2], fuseDepthwiseConv2d);
  });

  test('or stays as it is with channels first', () => {
    const layer = tf.layers.depthwiseConv2d({ kernelSize: 2, dataFormat: 'channelsFirst' });
    const { call } = layer;
    fuseDepthwiseConv2d(layer);
    expect(layer.call).toBe(call);
  });
});

test('A fused layer keeps its class and its configuration', () => {
  const create = () => tf.layers.dense({ units: 4, activation: 'relu', name: 'head' });
  const fused = create();
  computeOutcome(fused, [3, 5], {
    training: true,
    fuse: (layer) => fuseDense(layer, 'activated'),
  });
  expect(fused.getClassName()).toBe('Dense');
  expect(fused.getConfig()).toEqual(create().getConfig());
});

test('Two outcomes that differ are told apart', () => {
  const outcome = (units: number, activation: 'relu' | 'linear') =>
    computeOutcome(tf.layers.dense({ units, activation }), [3, 5], { training: true });
  expect(() => expectSameOutcome(outcome(4, 'relu'), outcome(4, 'linear'))).toThrow('element');
  expect(() => expectClose([1], [1.1], 1e-3)).toThrow('element 0');
});
