import { beforeAll, expect, test } from 'vitest';
import { readCifar10 } from '../../src/cifar10/dataset.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import {
  createGoldenLearner,
  imagesOf,
  readGoldenModels,
  trainGolden,
  worstLossExcess,
} from './golden-model.js';

// Read by TensorFlow when it is loaded; every test file has a process of its own.
process.env.TF_ENABLE_ONEDNN_OPTS = '0';

const goldens = readGoldenModels().filter((golden) => golden.params.model === 'deep');
let train: LabelledBytes;

beforeAll(async () => {
  await loadTestEngine();
  ({ train } = await readCifar10(await cachedData()));
});

test.each(goldens)('$case: every loss agrees with Keras at the stated tolerance', (golden) => {
  const { learner } = createGoldenLearner(golden, imagesOf(golden, train), {
    execution: 'graph',
  });
  const losses = trainGolden(golden, learner, golden.params.steps);
  learner.dispose();
  expect(worstLossExcess(golden, losses)).toBeLessThanOrEqual(1);
});
