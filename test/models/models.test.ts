import { beforeAll, describe, expect, test } from 'vitest';
import type { LayersModel, Tensor, TensorFlow } from '../../src/graph/tensorflow.js';
import { baseline } from '../../src/models/baseline.js';
import { deep } from '../../src/models/deep.js';
import { models } from '../../src/models/list.js';
import { defineModel } from '../../src/models/model.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const input = { image: { height: 32, width: 32, channels: 3 }, classCount: 10 };
const createBaseline = () => baseline.create({ name: 'baseline' }, input);
const createDeep = () => deep.create(deep.options.parse({ name: 'deep' }), input);

/** What a layer is, in one line: kind, output shape, weights' shapes. */
function describeLayers(model: LayersModel): string[] {
  return model.layers.map((layer) => {
    const shape = (layer.outputShape as number[]).slice(1).join('x');
    const { activation, rate } = layer.getConfig();
    const detail = activation ?? rate;
    return `${layer.getClassName()} ${shape}${detail === undefined ? '' : ` ${detail}`}`;
  });
}

test('The list of models has each name once', () => {
  expect(models.map(({ name }) => name)).toEqual(['baseline', 'deep', 'layers']);
});

test("baseline has the study's layers and 167,562 weights", () => {
  const model = createBaseline();
  expect(model.countParams()).toBe(167_562);
  expect(describeLayers(model)).toEqual([
    'Conv2D 30x30x32 relu',
    'MaxPooling2D 15x15x32',
    'Conv2D 13x13x64 relu',
    'MaxPooling2D 6x6x64',
    'Flatten 2304',
    'Dense 64 relu',
    'Dense 10 softmax',
  ]);
});

test("deep has the study's layers", () => {
  expect(describeLayers(createDeep())).toEqual([
    'Conv2D 32x32x64 relu',
    'BatchNormalization 32x32x64',
    'Conv2D 32x32x64 relu',
    'BatchNormalization 32x32x64',
    'MaxPooling2D 16x16x64',
    'Dropout 16x16x64 0.2',
    'Conv2D 16x16x128 relu',
    'BatchNormalization 16x16x128',
    'Conv2D 16x16x128 relu',
    'BatchNormalization 16x16x128',
    'MaxPooling2D 8x8x128',
    'Dropout 8x8x128 0.3',
    'Conv2D 8x8x256 relu',
    'BatchNormalization 8x8x256',
    'MaxPooling2D 4x4x256',
    'Dropout 4x4x256 0.4',
    'Flatten 4096',
    'Dense 256 relu',
    'BatchNormalization 256',
    'Dropout 256 0.5',
    'Dense 10 softmax',
  ]);
});

test("deep's batch normalisation has Keras' momentum and epsilon", () => {
  const layers = createDeep().layers.filter(
    (layer) => layer.getClassName() === 'BatchNormalization',
  );
  expect(layers).toHaveLength(6);
  for (const layer of layers) {
    expect(layer.getConfig()).toMatchObject({ momentum: 0.99, epsilon: 1e-3, axis: -1 });
  }
});

describe.each([
  ['baseline', createBaseline],
  ['deep', createDeep],
])('%s', (_, create) => {
  test('gives probabilities', () => {
    const output = create().predict(tf.ones([2, 32, 32, 3])) as Tensor;
    expect(output.shape).toEqual([2, 10]);
    for (const sum of output.sum(1).dataSync()) expect(sum).toBeCloseTo(1, 5);
  });

  test("has Glorot-uniform kernels and zero biases, as Keras' defaults are", () => {
    for (const layer of create().layers) {
      const { kernelInitializer, biasInitializer } = layer.getConfig() as Record<string, object>;
      if (!kernelInitializer) continue;
      expect(kernelInitializer).toMatchObject({
        className: 'VarianceScaling',
        config: { scale: 1, mode: 'fanAvg', distribution: 'uniform' },
      });
      expect(biasInitializer).toMatchObject({ className: 'Zeros' });
    }
  });

  test('is built for other images and classes', () => {
    const model = create();
    expect(model.inputs[0]?.shape).toEqual([null, 32, 32, 3]);
    const definition = models.find(({ name }) => name === model.name);
    const other = definition?.create(definition.options.parse({ name: model.name }) as never, {
      image: { height: 24, width: 20, channels: 1 },
      classCount: 4,
    });
    expect(other?.inputs[0]?.shape).toEqual([null, 24, 20, 1]);
    expect(other?.outputs[0]?.shape).toEqual([null, 4]);
  });

  test('is a model that TensorFlow.js saves and loads', async () => {
    const model = create();
    let saved: Parameters<typeof tf.io.fromMemory>[0] | undefined;
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts as never;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    });
    await model.save(handler);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
    const x = tf.ones([1, 32, 32, 3]);
    expect((loaded.predict(x) as Tensor).dataSync()).toEqual(
      (model.predict(x) as Tensor).dataSync(),
    );
  });
});

test('deep takes dropout rates, each from 0 to below 1', () => {
  const { options } = deep;
  expect(options.parse({ name: 'deep' }).dropoutRates).toEqual([0.2, 0.3, 0.4, 0.5]);
  const rates = [0, 0.1, 0.2, 0.9] as const;
  const model = deep.create(options.parse({ name: 'deep', dropoutRates: rates }), input);
  const dropouts = model.layers.filter((layer) => layer.getClassName() === 'Dropout');
  expect(dropouts.map((layer) => layer.getConfig().rate)).toEqual(rates);
  for (const wrong of [
    [0, 0, 0],
    [0, 0, 0, 1],
    [-0.1, 0, 0, 0],
  ]) {
    expect(options.safeParse({ name: 'deep', dropoutRates: wrong }).success).toBe(false);
  }
});

test('A model is defined by the literal name in its options', () => {
  const { options, create } = baseline;
  expect(defineModel({ options, create })).toMatchObject({ kind: 'model', name: 'baseline' });
});
