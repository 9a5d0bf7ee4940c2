import { beforeAll, describe, expect, test } from 'vitest';
import { instantiateModel, shippedCatalogue } from '../../src/experiment/catalogue.js';
import { deep } from '../../src/models/deep.js';
import type { TrainedWeight } from '../../src/models/model.js';
import { listParameters, type Parameter } from '../../src/training/parameter.js';
import { assignGroups, parameterGroupSchema } from '../../src/training/parameter-groups.js';
import { loadTestEngine } from '../engine.js';
import { parseExperiment } from '../experiment/parse.js';

let parameters: Parameter[];

beforeAll(async () => {
  await loadTestEngine();
  const image = { height: 32, width: 32, channels: 3 };
  const model = deep.create(deep.options.parse({ name: 'deep' }), { image, classCount: 10 });
  parameters = listParameters(model);
});

/** Names the weights that each group takes, the rest last. */
function assign(...matches: string[]): string[][] {
  const groups = assignGroups(
    parameters,
    matches.map((match) => ({ match })),
  );
  return groups.map((group) => group.parameters.map(({ layer, part }) => `${layer}.${part}`));
}

test('a model tells its trainable weights by layer, kind and part, the moving averages not', () => {
  expect(parameters.slice(0, 4).map(({ layer, kind, part }) => [layer, kind, part])).toEqual([
    ['conv2d_1', 'conv2d', 'kernel'],
    ['conv2d_1', 'conv2d', 'bias'],
    ['batchnormalization_1', 'batch-normalization', 'gamma'],
    ['batchnormalization_1', 'batch-normalization', 'beta'],
  ]);
  expect(parameters).toHaveLength(5 * 4 + 4 + 2);
});

const network = {
  name: 'layers',
  layers: [
    { type: 'whitening' },
    { type: 'depthwise-conv2d', kernelSize: 3, useBias: false },
    { type: 'conv2d', name: 'own-name', filters: 8, kernelSize: 3 },
    {
      type: 'residual',
      layers: [{ type: 'conv2d', filters: 16, kernelSize: 3, padding: 'same', useBias: false }],
    },
    { type: 'batch-normalization', scale: false },
    {
      type: 'residual',
      layers: [
        { type: 'batch-normalization', center: false },
        { type: 'activation', activation: 'relu' },
      ],
    },
    {
      type: 'residual',
      layers: [{ type: 'depthwise-conv2d', kernelSize: 3, strides: 2, padding: 'same' }],
      shortcut: [{ type: 'max-pooling2d', poolSize: 2, padding: 'same' }],
    },
    { type: 'flatten' },
    { type: 'dense', units: 10, useBias: false },
  ],
};

test.each([{ name: 'baseline' }, { name: 'deep' }, network])(
  'the weights of $name are known without TensorFlow',
  (options) => {
    const { model } = parseExperiment({ model: options });
    const instance = instantiateModel(model, shippedCatalogue());
    const input = { image: { height: 32, width: 32, channels: 3 }, classCount: 10 };
    const listed = instance.listTrained(input);
    const built = listParameters(instance.create(input));
    const render = ({ kind, layer, part }: TrainedWeight) => `${kind} ${layer}.${part}`;
    expect(listed?.map(render).sort()).toEqual(built.map(render).sort());
  },
);

describe('A group takes', () => {
  test('a part of a kind of layer; "bias" is the beta of batch normalisation', () => {
    const betas = [1, 2, 3, 4, 5, 6].map((index) => `batchnormalization_${index}.beta`);
    expect(assign('batch-normalization.bias')[0]).toEqual(betas);
    expect(assign('batch-normalization.beta')[0]).toEqual(betas);
  });

  test('all of one layer by its name', () => {
    expect(assign('dense_2')).toEqual([['dense_2.kernel', 'dense_2.bias'], expect.any(Array)]);
  });

  test('what a star stands for', () => {
    expect(assign('*.gamma')[0]).toHaveLength(6);
    expect(assign('conv2d_*.kernel')[0]).toHaveLength(5);
  });

  test('only what no group before it took; the rest comes last', () => {
    const [first, second, rest] = assign('conv2d_1.bias', '*.bias');
    expect(first).toEqual(['conv2d_1.bias']);
    expect(second).toHaveLength(4 + 6 + 2);
    expect(rest).toHaveLength(parameters.length - 13);
  });
});

test('a group that matches nothing is an error that names what there is', () => {
  expect(() => assign('batch-norm.bias')).toThrow(
    expect.objectContaining({
      message:
        'training.groups[0].match "batch-norm.bias" matches no trainable weight of the model.',
      hint: expect.stringContaining(
        'There are conv2d.kernel, conv2d.bias, batch-normalization.gamma, batch-normalization.beta, dense.kernel, dense.bias; the layers are conv2d_1, batchnormalization_1,',
      ),
      exitCode: 2,
    }),
  );
});

test('a group that comes too late is an error', () => {
  expect(() => assign('*.bias', 'dense_1.bias')).toThrow(
    expect.objectContaining({
      message:
        'training.groups[1].match "dense_1.bias" matches only weights that earlier groups match.',
      hint: 'Put the narrower group first.',
    }),
  );
});

test('a learning rate and a factor exclude each other', () => {
  const written = { match: '*', learningRate: 1, learningRateFactor: 2 };
  const { error } = parameterGroupSchema.safeParse(written);
  expect(error?.issues[0]).toMatchObject({
    path: ['learningRateFactor'],
    message: 'must not stand beside learningRate',
  });
});
