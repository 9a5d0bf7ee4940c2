import { beforeAll, describe, expect, test } from 'vitest';
import type { LayersModel, TensorFlow } from '../../src/graph/tensorflow.js';
import { baseline } from '../../src/models/baseline.js';
import { deep } from '../../src/models/deep.js';
import { initialiseWeights } from '../../src/models/initial-weights.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const input = { image: { height: 32, width: 32, channels: 3 }, classCount: 10 };

function weightsOf(model: LayersModel, seed: number): number[][] {
  initialiseWeights(model, seed);
  return model.getWeights().map((weight) => Array.from(weight.dataSync()));
}

const baselineWeights = (seed: number) =>
  weightsOf(baseline.create({ name: 'baseline' }, input), seed);

/** The first weight of a dense layer of 200 inputs and 300 units. */
function kernelBy(initializer: string | object): number[] {
  const layer = tf.layers.dense({
    units: 300,
    inputShape: [200],
    kernelInitializer: initializer as 'zeros',
  });
  return weightsOf(tf.sequential({ layers: [layer] }), 3)[0] ?? [];
}

function moments(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, variance, largest };
}

describe('Seeds', () => {
  test('the same one gives the same weights, 0 too', () => {
    for (const seed of [0, 7]) expect(baselineWeights(seed)).toEqual(baselineWeights(seed));
  });

  test('another one gives other kernels', () => {
    const kernels = [0, 1, 2].map((seed) => baselineWeights(seed)[0]);
    expect(new Set(kernels.map((kernel) => kernel?.[0])).size).toBe(3);
  });

  test('no two kernels of a model begin alike', () => {
    const model = deep.create(deep.options.parse({ name: 'deep' }), input);
    const kernels = weightsOf(model, 0).filter((values) => values[0] !== values[1]);
    expect(kernels).toHaveLength(7);
    const scaled = kernels.map((values) => (values[0] ?? 0) / moments(values).largest);
    expect(new Set(scaled.map((value) => value.toFixed(4))).size).toBe(7);
  });

  test('the names of layers, which count up in a process, do not matter', () => {
    tf.layers.dense({ units: 1 });
    const [first, second] = [baselineWeights(4), baselineWeights(4)];
    expect(second).toEqual(first);
  });

  test('what was set before does not matter', () => {
    const model = baseline.create({ name: 'baseline' }, input);
    const first = weightsOf(model, 4);
    model.setWeights(model.getWeights().map((weight) => tf.onesLike(weight)));
    expect(weightsOf(model, 4)).toEqual(first);
  });
});

test('Glorot-uniform kernels keep to the bounds and the variance of their fans', () => {
  const weights = baselineWeights(0);
  // Conv 3x3 from 3 to 32, Conv 3x3 from 32 to 64, Dense from 2304 to 64, Dense from 64 to 10.
  const fans = [9 * (3 + 32), 9 * (32 + 64), 2304 + 64, 64 + 10];
  fans.forEach((fan, index) => {
    const kernel = weights[index * 2] ?? [];
    const limit = Math.sqrt(6 / fan);
    const { mean, variance, largest } = moments(kernel);
    expect(largest).toBeLessThanOrEqual(limit * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.97 * limit);
    const deviation = limit / Math.sqrt(3);
    expect(Math.abs(mean)).toBeLessThan((5 * deviation) / Math.sqrt(kernel.length));
    // The variance of a uniform sample's square is 4/45 of the limit to the fourth.
    const spread = 5 * Math.sqrt(4 / 45 / kernel.length) * limit ** 2;
    expect(Math.abs(variance - deviation ** 2)).toBeLessThan(spread);
    expect(new Set(weights[index * 2 + 1])).toEqual(new Set([0]));
  });
});

test('Batch normalisation begins with a scale and a variance of 1, an offset and a mean of 0', () => {
  const layers = [tf.layers.dense({ units: 3, inputShape: [2] }), tf.layers.batchNormalization()];
  expect(weightsOf(tf.sequential({ layers }), 0).slice(2)).toEqual([
    [1, 1, 1],
    [0, 0, 0],
    [0, 0, 0],
    [1, 1, 1],
  ]);
});

describe('Initialisers', () => {
  test('constants', () => {
    expect(new Set(kernelBy('zeros'))).toEqual(new Set([0]));
    expect(new Set(kernelBy('ones'))).toEqual(new Set([1]));
    expect(new Set(kernelBy(tf.initializers.constant({ value: 0.25 })))).toEqual(new Set([0.25]));
  });

  test('randomUniform fills its bounds', () => {
    const kernel = kernelBy(tf.initializers.randomUniform({ minval: 2, maxval: 3 }));
    const { mean, variance } = moments(kernel);
    expect(Math.min(...kernel)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...kernel)).toBeLessThanOrEqual(3);
    expect(mean).toBeCloseTo(2.5, 1);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  test('randomNormal and truncatedNormal have their mean and deviation', () => {
    const options = { mean: 5, stddev: 0.1 };
    const normal = kernelBy(tf.initializers.randomNormal(options));
    expect(moments(normal).mean).toBeCloseTo(5, 2);
    expect(moments(normal).variance).toBeCloseTo(0.01, 3);
    expect(moments(normal.map((value) => value - 5)).largest).toBeGreaterThan(0.3);
    const truncated = kernelBy(tf.initializers.truncatedNormal(options));
    expect(moments(truncated.map((value) => value - 5)).largest).toBeLessThanOrEqual(0.200001);
    expect(moments(truncated).variance).toBeCloseTo(0.01 * 0.8796 ** 2, 3);
  });

  // Keras: the variance is 2 (he), 1 (lecun) or 1 (glorot) over fanIn, fanIn or the mean of the fans.
  test.each([
    ['glorotUniform', 1 / 250],
    ['glorotNormal', 1 / 250],
    ['heUniform', 2 / 200],
    ['heNormal', 2 / 200],
    ['leCunUniform', 1 / 200],
    ['leCunNormal', 1 / 200],
  ] as const)('%s has a variance of %d', (name, expected) => {
    const { mean, variance, largest } = moments(kernelBy(name));
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / 60_000));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.03);
    const cut = name.endsWith('Uniform') ? Math.sqrt(3) : 2 / 0.87962566103423978;
    expect(largest / Math.sqrt(expected)).toBeLessThanOrEqual(cut * (1 + 1e-6));
    expect(largest / Math.sqrt(expected)).toBeGreaterThan(cut * 0.98);
  });

  test.each([
    ['orthogonal', 'Orthogonal'],
    ['identity', 'Identity'],
  ] as const)('%s is refused', (kernelInitializer, kind) => {
    const layer = tf.layers.dense({ units: 3, inputShape: [3], kernelInitializer });
    expect(() => initialiseWeights(tf.sequential({ layers: [layer] }), 0)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: `The initialiser ${kind} cannot follow the trial's seed.`,
        hint: 'Use one of zeros, ones, constant, randomUniform, randomNormal, truncatedNormal, glorot*, he* or lecun*.',
      }),
    );
  });

  test('a weight without one is refused by its layer', () => {
    const layer = tf.layers.simpleRNN({ units: 2, inputShape: [3, 2], name: 'loop' });
    expect(() => weightsOf(tf.sequential({ layers: [layer] }), 0)).toThrow(
      'Layer "loop" has no initialiser for its "kernel".',
    );
  });
});

test('Depthwise kernels and the layers of a model within are initialised', () => {
  const { layers, sequential } = tf;
  const inner = sequential({ layers: [layers.dense({ units: 40, inputShape: [8] })] });
  const model = sequential({
    layers: [
      layers.separableConv2d({ filters: 2, kernelSize: 3, inputShape: [4, 4, 2] }),
      layers.depthwiseConv2d({ kernelSize: 1, depthMultiplier: 2 }),
      layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      layers.dense({ units: 8 }),
      inner,
    ],
  });
  const [first, second] = [weightsOf(model, 1), weightsOf(model, 2)];
  const kernels = first.filter((values) => values.some((value) => value !== 0));
  expect(kernels).toHaveLength(5);
  expect(weightsOf(model, 1)).toEqual(first);
  first.forEach((values, index) => {
    if (kernels.includes(values)) expect(second[index]).not.toEqual(values);
  });
});

test('No tensor is leaked', () => {
  const model = baseline.create({ name: 'baseline' }, input);
  const before = tf.memory().numTensors;
  initialiseWeights(model, 0);
  expect(tf.memory().numTensors).toBe(before);
});
