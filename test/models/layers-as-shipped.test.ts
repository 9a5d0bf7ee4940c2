import { beforeAll, expect, test } from 'vitest';
import { readCifar10 } from '../../src/cifar10/dataset.js';
import { takeBalanced } from '../../src/datasets/labelled-images.js';
import { observeRelus } from '../../src/graph/fused-layers/observe-relus.js';
import { type LayersModel, tensorflow } from '../../src/graph/tensorflow.js';
import { baseline } from '../../src/models/baseline.js';
import { deep } from '../../src/models/deep.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import { createSmallLearner, readWeights, runEpochs } from '../training/small-learner.js';
import { createListed } from './recipe-golden.js';

const imageShape = { height: 32, width: 32, channels: 3 };
let train: LabelledBytes;
beforeAll(async () => {
  await loadTestEngine();
  train = takeBalanced((await readCifar10(await cachedData())).train, 70);
});

const normalize = { type: 'batch-normalization' };
const pool = { type: 'max-pooling2d' };
const flatten = { type: 'flatten' };
const classes = { type: 'dense', units: 10 };
const dropout = (rate: number) => ({ type: 'dropout', rate });
const dense = (units: number) => ({ type: 'dense', units, activation: 'relu' });
const conv = (filters: number, padding = 'valid') => ({
  type: 'conv2d',
  filters,
  kernelSize: 3,
  padding,
  activation: 'relu',
});
const block = (...filters: number[]) =>
  filters.flatMap((count) => [conv(count, 'same'), normalize]);

const baselineListed = [conv(32), pool, conv(64), pool, flatten, dense(64), classes];
const deepListed = [
  ...[...block(64, 64), pool, dropout(0.2)],
  ...[...block(128, 128), pool, dropout(0.3)],
  ...[...block(256), pool, dropout(0.4)],
  ...[flatten, dense(256), normalize, dropout(0.5), classes],
];

const input = { image: imageShape, classCount: 10 };
const cases: readonly [string, () => LayersModel, object[]][] = [
  ['baseline', () => baseline.create({ name: 'baseline' }, input), baselineListed],
  ['deep', () => deep.create(deep.options.parse({ name: 'deep' }), input), deepListed],
];

/** Names of the layers whose relus a trial's diagnostics count. */
function namesOfRelus(model: LayersModel): string[] {
  const names: string[] = [];
  const run = () => void model.predict(tensorflow().zeros([1, 32, 32, 3]));
  observeRelus(model, run, (name) => names.push(name));
  return names;
}

test.each(cases)(
  '%s written as layers has the same names in its diagnostics',
  (_, create, listed) => {
    const [shipped, written] = [create(), createListed(listed, imageShape)].map(namesOfRelus);
    expect(shipped?.length).toBeGreaterThan(2);
    expect(written).toEqual(shipped);
  },
);

/** Trains two epochs of three steps and returns each step's loss and all weights. */
function trainModel(model: LayersModel) {
  const learner = createSmallLearner({ model, train, evaluated: {}, imageShape, seed: 3 });
  const order = Int32Array.from({ length: 70 }, (_, index) => (index * 3) % 70);
  const losses = runEpochs(learner, [order, order]);
  const weights = readWeights(learner);
  learner.dispose();
  return { losses, weights };
}

test.each(cases)(
  '%s written as layers has the same losses and weights, bit for bit',
  (_, create, listed) => {
    const [shipped, written] = [create(), createListed(listed, imageShape)].map(trainModel);
    expect(shipped?.losses).toHaveLength(6);
    expect(new Set(shipped?.losses).size).toBe(6);
    expect(written).toEqual(shipped);
  },
  120_000,
);
