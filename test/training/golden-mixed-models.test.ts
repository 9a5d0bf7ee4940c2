import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCifar10 } from '../../src/cifar10/dataset.js';
import type { Precision } from '../../src/graph/precision.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import type { Learner } from '../../src/training/learner.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import {
  createGoldenLearner,
  type GoldenModel,
  imagesOf,
  readGoldenModels,
  trainGolden,
} from './golden-model.js';

/** Keras' mixed_bfloat16 on a case of golden/models: see golden/mixed-models/generate.py. */
interface MixedGolden {
  readonly case: string;
  readonly losses: readonly number[];
  readonly loss_rel_per_step: readonly number[];
}

const folder = new URL('../golden/mixed-models/', import.meta.url);
const goldens = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as MixedGolden);
const models = new Map(readGoldenModels().map((model) => [model.case, model]));

let train: LabelledBytes;
let learner: Learner | undefined;
beforeAll(async () => {
  await loadTestEngine();
  ({ train } = await readCifar10(await cachedData()));
});

afterEach(() => {
  learner?.dispose();
  learner = undefined;
});

/** Trains a case and returns how far each loss is from Keras', as a multiple of the step's tolerance. */
function trainCase(golden: MixedGolden, precision: Precision, steps?: number): number[] {
  const model = models.get(golden.case) as GoldenModel;
  const created = createGoldenLearner(model, imagesOf(model, train), {
    execution: 'graph',
    precision,
  });
  learner = created.learner;
  const losses = trainGolden(model, created.learner, steps ?? model.params.steps);
  return losses.map((loss, step) => {
    const expected = golden.losses[step] ?? Number.NaN;
    return Math.abs(loss / expected - 1) / (golden.loss_rel_per_step[step] ?? 0);
  });
}

test('all golden cases are there', () => {
  expect(goldens.map((golden) => golden.case)).toEqual([
    'model_baseline_mini',
    'model_baseline_minmax',
    'model_baseline_sgd',
    'model_deep_mini_sgd',
    'model_deep_minmax',
    'model_deep_sgd',
  ]);
});

test.each(goldens)("$case: every loss agrees with Keras' mixed_bfloat16", (golden) => {
  expect(Math.max(...trainCase(golden, 'mixed-bfloat16'))).toBeLessThanOrEqual(1);
});

// Of the deep net Keras' own runs differ by as much as its precisions do.
const baselines = goldens.filter((golden) => golden.case.startsWith('model_baseline'));

describe.each(baselines)('$case', (golden) => {
  test('the first loss is that of Keras in all digits, and that of float32 is not', () => {
    expect(trainCase(golden, 'mixed-bfloat16', 1)[0]).toBeLessThan(0.01);
    learner?.dispose();
    expect(trainCase(golden, 'float32', 1)[0]).toBeGreaterThan(2);
  });
});
