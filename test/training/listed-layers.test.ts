import { beforeAll, expect, test } from 'vitest';
import { tensorflow } from '../../src/graph/tensorflow.js';
import { layers } from '../../src/models/layers.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import type { Fitted } from '../../src/stages/stage.js';
import type { TrainingState } from '../../src/training/checkpoint/state.js';
import { type TrainOptions, train } from '../../src/training/train.js';
import { loadTestEngine } from '../engine.js';
import {
  classCount,
  createSmallLearner,
  createStages,
  imageShape,
  makeImages,
  readWeights,
  recipe,
} from './small-learner.js';

beforeAll(async () => {
  await loadTestEngine();
});

const options = layers.options.parse({
  name: 'layers',
  layers: [
    { type: 'whitening', images: 50 },
    { type: 'activation', activation: 'gelu' },
    { type: 'batch-normalization', movingVariance: 'unbiased' },
    {
      type: 'residual',
      layers: [{ type: 'conv2d', filters: 4, kernelSize: 3, strides: 2, padding: 'same' }],
    },
    { type: 'depthwise-conv2d', kernelSize: 3, padding: 'same', activation: 'silu' },
    { type: 'average-pooling2d', padding: 'same' },
    { type: 'activation', activation: 'leaky-relu' },
    { type: 'scale', factor: 2 },
    { type: 'global-average-pooling2d' },
    { type: 'dropout', rate: 0.1 },
    { type: 'dense', units: classCount },
  ],
});
const trainImages = makeImages(70);
const stages = createStages({ name: 'minmax' });

function fitModel(): Fitted {
  const pipeline = createPipeline(stages, { inputShape: imageShape, resampling: 'each' });
  return layers.fit?.(options, pipeline.trainingImages(trainImages, [{}])) ?? {};
}

async function start(
  fitted: Fitted | undefined,
  changes: Partial<TrainOptions>,
  execution: 'graph' | 'eager' = 'graph',
) {
  const model = layers.create(options, { image: imageShape, classCount }, fitted);
  const learner = createSmallLearner({ model, stages, train: trainImages, execution });
  let saved: TrainingState | undefined;
  const trained = await train({
    learner,
    recipe,
    seed: 0,
    imageCount: 70,
    async checkpoint(capture) {
      saved ??= capture();
    },
    ...changes,
  });
  const weights = readWeights(learner);
  learner.dispose();
  return { losses: trained.history.map(({ trainLoss }) => trainLoss), weights, saved };
}

test('A model that learned from images goes on from a checkpoint bit for bit: what it learned is in there', async () => {
  const fitted = fitModel();
  expect(fitted.eigenvalues).toHaveLength(12);
  const whole = await start(fitted, {});
  const stopped = await start(fitted, { shouldStop: () => true });
  expect(stopped.losses).toEqual([]);
  const { losses, weights } = await start(undefined, { resume: stopped.saved });
  expect({ losses, weights }).toEqual({ losses: whole.losses, weights: whole.weights });
});

test('The whitening kernel is not trained', async () => {
  const fitted = fitModel();
  const { weights } = await start(fitted, {});
  const kernel = weights.find(({ length }) => length === fitted.kernel?.length) ?? [];
  expect(kernel).toEqual(fitted.kernel?.map(Math.fround));
});

test('A graph trains as the same layers do op by op', async () => {
  const fitted = fitModel();
  const [graph, eager] = [await start(fitted, {}), await start(fitted, {}, 'eager')];
  expect(graph.losses).toHaveLength(2);
  graph.losses.forEach((loss, epoch) => {
    expect(Math.abs(loss / (eager.losses[epoch] ?? 0) - 1)).toBeLessThan(1e-5);
  });
});

test('No tensor is left behind', async () => {
  const fitted = fitModel();
  await start(fitted, {});
  const before = tensorflow().memory().numTensors;
  await start(fitted, {});
  expect(tensorflow().memory().numTensors).toBe(before);
});
