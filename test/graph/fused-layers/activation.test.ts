import { beforeAll, describe, expect, test } from 'vitest';
import {
  fuseActivation,
  fuseLeakyRelu,
  fuseRelu,
} from '../../../src/graph/fused-layers/activation.js';
import { fuseGlobalAveragePooling2d } from '../../../src/graph/fused-layers/global-average-pooling.js';
import type { Layer } from '../../../src/graph/fused-layers/layer.js';
import type { TensorFlow } from '../../../src/graph/tensorflow.js';
import { loadTestEngine } from '../../engine.js';
import { computeOutcome, expectSameOutcome } from './layer-outcome.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const activation = (name: string) => () => tf.layers.activation({ activation: name as 'relu' });

describe('A layer without weights', () => {
  test.each<[string, () => Layer, (layer: Layer) => void]>([
    ['Activation relu', activation('relu'), fuseActivation],
    ['Activation gelu', activation('gelu'), fuseActivation],
    ['Activation gelu_new', activation('gelu_new'), fuseActivation],
    ['Activation swish', activation('swish'), fuseActivation],
    ['ReLU', () => tf.layers.reLU(), fuseRelu],
    ['LeakyReLU', () => tf.layers.leakyReLU(), fuseLeakyRelu],
    ['LeakyReLU of slope 0.01', () => tf.layers.leakyReLU({ alpha: 0.01 }), fuseLeakyRelu],
    [
      'GlobalAveragePooling2D',
      () => tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      fuseGlobalAveragePooling2d,
    ],
  ])('%s is fused and gives what it gave', (_, create, fuse) => {
    const fused = create();
    const { call } = fused;
    const found = computeOutcome(fused, [2, 3, 4, 2], { training: true, fuse });
    expect(fused.call).not.toBe(call);
    expectSameOutcome(found, computeOutcome(create(), [2, 3, 4, 2], { training: true }));
  });

  test.each<[string, () => Layer, (layer: Layer) => void]>([
    ['Activation tanh', activation('tanh'), fuseActivation],
    ['Activation linear', activation('linear'), fuseActivation],
    ['ReLU with a ceiling', () => tf.layers.reLU({ maxValue: 0.25 }), fuseRelu],
    [
      'GlobalAveragePooling2D of channels first',
      () => tf.layers.globalAveragePooling2d({ dataFormat: 'channelsFirst' }),
      fuseGlobalAveragePooling2d,
    ],
  ])('%s stays as it is', (_, create, fuse) => {
    const layer = create();
    const { call } = layer;
    fuse(layer);
    expect(layer.call).toBe(call);
  });
});
