import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LayersModel, Tensor, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { initialiseWeights } from '../../src/models/initial-weights.js';
import { layerDefinitions } from '../../src/models/layers/list.js';
import { layers } from '../../src/models/layers.js';
import { loadTestEngine } from '../engine.js';
import { problemsOf } from '../experiment/parse.js';
import { airbenchLayers, createListed, fuseForTest, weightsNamed } from './recipe-golden.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const image = { height: 32, width: 32, channels: 3 };
const conv = (filters: number, more: object = {}) => ({
  type: 'conv2d',
  filters,
  kernelSize: 3,
  ...more,
});
const head = [{ type: 'global-average-pooling2d' }, { type: 'dense', units: 10 }];

/** What is wrong with a list of layers, by its first problem. */
function problemWith(...listed: object[]): string | undefined {
  return problemsOf({ model: { name: 'layers', layers: listed } })[0];
}

describe('A list of layers that cannot be built is told before training', () => {
  test.each([
    [
      'a dense layer on images',
      [conv(8), { type: 'dense', units: 10 }],
      'model.layers[1] (dense) needs a flat input, received 30 x 30 x 8. Hint: put {"type": "flatten"} or {"type": "global-average-pooling2d"} before it.',
    ],
    [
      'a kernel larger than the image',
      [{ type: 'max-pooling2d', poolSize: 16 }, conv(8), ...head],
      'model.layers[1] (conv2d) needs images of at least 3 x 3, received 2 x 2 x 3. Hint: pad with "padding": "same", take a smaller window, or pool less before it.',
    ],
    [
      'a pooling larger than the image',
      [{ type: 'average-pooling2d', poolSize: [2, 40] }, ...head],
      'model.layers[0] (average-pooling2d) needs images of at least 2 x 40, received 32 x 32 x 3. Hint: pad with "padding": "same", take a smaller window, or pool less before it.',
    ],
    [
      'a convolution behind flatten',
      [{ type: 'flatten' }, conv(8)],
      'model.layers[1] (conv2d) needs images (height x width x channels), received 3072 flat numbers. Hint: put it before the layer that makes the images flat.',
    ],
    [
      'another number of classes',
      [...head.slice(0, 1), { type: 'dense', units: 9 }],
      'model.layers[1] (dense) must give 10 flat numbers, one a class, as the last layer; it gives 9 flat numbers. Hint: end the layers with {"type": "dense", "units": 10}.',
    ],
    [
      'whitening that is not first',
      [conv(8), { type: 'whitening' }, ...head],
      'model.layers[1] (whitening) must be the first layer of the model. Hint: it is made from the images as they enter the model: put it first, or take it out.',
    ],
    [
      'whitening within another layer',
      [{ type: 'residual', layers: [{ type: 'whitening' }] }, ...head],
      'model.layers[0].layers[0] (whitening) must be the first layer of the model. Hint: it is made from the images as they enter the model: put it first, or take it out.',
    ],
    [
      'a name that is taken',
      [conv(8, { name: 'first' }), { type: 'residual', layers: [conv(8, { name: 'first' })] }],
      'model.layers[1].layers[0].name "first" is taken by model.layers[0]. Hint: give it another name, for example "first-2".',
    ],
    [
      'a name that is a type',
      [conv(8, { name: 'dense' }), ...head],
      'model.layers[0].name "dense" is taken by the layers of type "dense". Hint: give it another name, for example "dense-2".',
    ],
    [
      'a residual that no projection fits',
      [{ type: 'residual', layers: [conv(8)] }, ...head],
      'model.layers[0] (residual) needs layers that give what a 1x1 convolution can give too, not 30 x 30 x 8, received 32 x 32 x 3. Hint: keep the size with "padding": "same", or write a "shortcut" of layers.',
    ],
    [
      'a shortcut of another shape',
      [{ type: 'residual', layers: [conv(8)], shortcut: [conv(9)] }, ...head],
      'model.layers[0] (residual) needs a shortcut that gives what its layers give, 30 x 30 x 8, not 30 x 30 x 9, received 32 x 32 x 3. Hint: change the shortcut, or leave it out.',
    ],
    [
      'an unknown type within a residual',
      [{ type: 'residual', layers: [{ type: 'dens' }] }, ...head],
      'model.layers[0].layers[0].type "dens" is not known. Hint: did you mean "dense"?',
    ],
    [
      'an unknown option',
      [conv(8, { stride: 2 }), ...head],
      'model.layers[0].stride is not a known key. Hint: did you mean "strides"?',
    ],
    [
      'a slope of another activation',
      [{ type: 'activation', activation: 'relu', slope: 0.1 }, ...head],
      'model.layers[0].slope is for "leaky-relu" only, received 0.1.',
    ],
    [
      'dirac on a dense layer',
      [{ type: 'flatten' }, { type: 'dense', units: 10, kernelInitializer: 'dirac' }],
      'model.layers[1].kernelInitializer must be "glorot-uniform", "glorot-normal", "he-uniform", "he-normal", "zeros", "torch", "unit-deviation" or "orthogonal", received "dirac".',
    ],
  ])('%s', (_, listed, expected) => {
    expect(problemWith(...listed)).toBe(expected);
  });

  test('the images are those that the stages give', () => {
    const value = {
      preprocessing: [{ name: 'resize', height: 2, width: 2 }],
      model: { name: 'layers', layers: [conv(8), ...head] },
    };
    expect(problemsOf(value)[0]).toMatch(
      /^model\.layers\[0\] \(conv2d\) needs images of at least 3 x 3, received 2 x 2 x 3\./,
    );
  });
});

/** One layer of every kind, with the options that change shapes. */
const everyKind = [
  { type: 'whitening', kernelSize: 3 },
  conv(6, { strides: [2, 1], padding: 'same', activation: 'gelu' }),
  { type: 'depthwise-conv2d', kernelSize: [3, 1], strides: 2, depthMultiplier: 2 },
  { type: 'batch-normalization' },
  { type: 'activation', activation: 'leaky-relu', slope: 0.1 },
  { type: 'max-pooling2d', poolSize: 3, strides: [1, 2], padding: 'same' },
  { type: 'average-pooling2d', poolSize: [2, 1], strides: 1 },
  { type: 'scale', factor: 0.5 },
  {
    type: 'residual',
    layers: [
      conv(4, { strides: 2, padding: 'same', activation: 'silu' }),
      {
        type: 'residual',
        layers: [conv(5, { padding: 'same' })],
        shortcut: [conv(5, { padding: 'same' })],
      },
    ],
  },
  { type: 'residual', layers: [conv(5, { padding: 'same', useBias: false })] },
  { type: 'dropout', rate: 0.25 },
  { type: 'flatten' },
  { type: 'dense', units: 10, name: 'head' },
];

test('Every kind of layer is among those that the tests build', () => {
  const types = new Set([...everyKind.map(({ type }) => type), 'global-average-pooling2d']);
  expect([...types].sort()).toEqual(layerDefinitions.map(({ type }) => type).sort());
});

describe('A model of every kind of layer', () => {
  let model: LayersModel;
  beforeAll(() => {
    model = createListed(everyKind, image);
    initialiseWeights(model, 0);
  });

  test('has the shapes that validation computes', () => {
    for (let count = 1; count <= everyKind.length; count++) {
      const part = createListed(everyKind.slice(0, count), image);
      const shape = part.outputs[0]?.shape.slice(1) ?? [];
      const wrong = problemWith(...everyKind.slice(0, count)) ?? '';
      if (count === everyKind.length) expect(wrong).toBe('');
      else {
        const text = shape.length === 1 ? `${shape[0]} flat numbers` : shape.join(' x ');
        expect(wrong).toContain(`as the last layer; it gives ${text}.`);
      }
    }
  });

  test('names its weights by kind, layer and part', () => {
    expect(model.weights.map(({ originalName }) => originalName).slice(0, 6)).toEqual([
      'whitening/whitening_1/bias',
      'conv2d/conv2d_1/kernel',
      'conv2d/conv2d_1/bias',
      'depthwise-conv2d/depthwise-conv2d_1/depthwise_kernel',
      'depthwise-conv2d/depthwise-conv2d_1/bias',
      'batch-normalization/batch-normalization_1/gamma',
    ]);
    const names = model.weights.map(({ originalName }) => originalName);
    expect(names).toContain('dense/head/kernel');
    expect(names).toContain('conv2d/residual_1_projection/kernel');
    expect(new Set(names).size).toBe(names.length);
  });

  test('trains no whitening kernel, but its bias', () => {
    const trained = model.trainableWeights.map(({ originalName }) => originalName);
    expect(trained).toContain('whitening/whitening_1/bias');
    expect(trained).not.toContain('whitening/whitening_1/kernel');
    expect(model.weights.length - trained.length).toBe(5);
  });

  test('gives probabilities, is saved, and loads in any TensorFlow.js program', async () => {
    let saved: Parameters<typeof tf.io.fromMemory>[0] | undefined;
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts as never;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    });
    await model.save(handler);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
    const x = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 5);
    const given = (model.predict(x) as Tensor).dataSync<'float32'>();
    expect((loaded.predict(x) as Tensor).dataSync()).toEqual(given);
    expect(given.reduce((sum, value) => sum + value, 0)).toBeCloseTo(2, 5);
  });

  test('fused, it gives the logits of the stock layers', () => {
    const x = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 5);
    const expected = (model.predict(x) as Tensor).dataSync();
    const found = tf.softmax(fuseForTest(model)(x, false)).dataSync();
    found.forEach((value, index) => {
      expect(Math.abs(value - (expected[index] ?? Number.NaN))).toBeLessThan(1e-6);
    });
  });
});

interface GeluCase {
  readonly input: { readonly values: readonly number[] };
  readonly output: {
    readonly forward: readonly number[];
    readonly forward_tanh_approximation: readonly number[];
  };
}

test('Activations give what their names say', () => {
  const path = new URL('../golden/activations/gelu.json', import.meta.url);
  const { input, output } = JSON.parse(readFileSync(path, 'utf8')) as GeluCase;
  const expected: Readonly<Record<string, readonly number[]>> = {
    gelu: output.forward,
    'gelu-tanh': output.forward_tanh_approximation,
    relu: input.values.map((x) => Math.max(x, 0)),
    silu: input.values.map((x) => x / (1 + Math.exp(-x))),
    'leaky-relu': input.values.map((x) => (x < 0 ? 0.3 * x : x)),
  };
  const one = { height: 11, width: 11, channels: 1 };
  const x = tf.tensor([...input.values], [1, 11, 11, 1]);
  for (const [name, values] of Object.entries(expected)) {
    const model = createListed([{ type: 'activation', activation: name }], one);
    const found = fuseForTest(model)(x, false).dataSync();
    const worst = Math.max(...values.map((value, index) => Math.abs(value - (found[index] ?? 0))));
    expect(worst, name).toBeLessThan(2e-6);
  }
});

describe('Initial kernels', () => {
  const kernelOf = (kernelInitializer: string, layer: object = conv(20)) => {
    const model = createListed([{ ...layer, kernelInitializer }], {
      height: 8,
      width: 8,
      channels: 12,
    });
    initialiseWeights(model, 0);
    const [kernel] = model.getWeights();
    return kernel as Tensor;
  };

  test.each([
    ['torch', conv(20), 108],
    ['torch', { type: 'depthwise-conv2d', kernelSize: 3, depthMultiplier: 20 }, 9],
  ])('%s is uniform up to one over the root of the inputs of %j', (name, layer, inputs) => {
    const values = Array.from(kernelOf(name, layer).dataSync()).map(Math.abs);
    const limit = 1 / Math.sqrt(inputs);
    expect(Math.max(...values)).toBeLessThanOrEqual(limit * (1 + 1e-6));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean / limit).toBeCloseTo(0.5, 1);
  });

  test('unit-deviation is uniform about 0, and its numbers have deviation 1', () => {
    const values = Array.from(kernelOf('unit-deviation', conv(20)).dataSync());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(squares / (values.length - 1)).toBeCloseTo(1, 5);
    expect(Math.max(...values.map(Math.abs)) / Math.sqrt(3)).toBeCloseTo(1, 1);
  });

  test.each([20, 200])(
    'orthogonal has columns or rows of length 1 at right angles (%d filters)',
    (filters) => {
      const matrix = kernelOf('orthogonal', conv(filters)).reshape([108, filters]);
      const product =
        filters < 108 ? matrix.matMul(matrix, true) : matrix.matMul(matrix, false, true);
      const size = Math.min(108, filters);
      expect(product.sub(tf.eye(size)).abs().max().dataSync()[0]).toBeLessThan(1e-5);
    },
  );

  test('dirac hands on the channels as they are', () => {
    const kernel = kernelOf('dirac', conv(20, { padding: 'same', useBias: false })) as Tensor4D;
    const x = tf.randomUniform([1, 8, 8, 12]) as Tensor4D;
    const y = tf.conv2d(x, kernel, 1, 'same');
    expect(y.slice([0, 0, 0, 0], [1, 8, 8, 12]).dataSync()).toEqual(x.dataSync());
    expect(y.slice([0, 0, 0, 12]).abs().min().dataSync()[0]).toBeGreaterThan(0);
  });

  test('they follow the seed', () => {
    const kernels = [0, 0, 1].map((seed) => {
      const model = createListed(airbenchLayers([24, 30, 30]), image);
      initialiseWeights(model, seed);
      return weightsNamed(model, 'kernel').map((kernel) => Array.from(kernel.dataSync()));
    });
    expect(kernels[1]).toEqual(kernels[0]);
    expect(kernels[2]?.slice(3)).not.toEqual(kernels[0]?.slice(3));
  });
});

test('A model is called by its label in tables', () => {
  const summarise = (value: object) =>
    layers.summarise?.(layers.options.parse({ name: 'layers', ...value }));
  expect(summarise({ layers: head })).toBe('layers (2 layers)');
  expect(summarise({ label: 'smallest', layers: head.slice(1) })).toBe('smallest (1 layer)');
});
