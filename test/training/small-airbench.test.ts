import { beforeAll, describe, expect, test } from 'vitest';
import { readCifar10 } from '../../src/cifar10/dataset.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { type TrainingRecipe, trainingSchema } from '../../src/training/recipe.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import { readGolden } from './optimizers/run-optimizer.js';
import { type GoldenTraining, trainSmallAirbench } from './small-airbench.js';

let train: LabelledBytes;

beforeAll(async () => {
  await loadTestEngine();
  ({ train } = await readCifar10(await cachedData()));
});

const common = { epochs: 5, batchSize: 64, labelSmoothing: 0.2, lossReduction: 'sum' };

/** airbench94's recipe in the units of docs/recipes.md, for batches of 64. */
const withSgd = trainingSchema.parse({
  ...common,
  optimizer: {
    name: 'sgd',
    learningRate: 0.0014648437500000002,
    momentum: 0.85,
    nesterov: true,
    momentumForm: 'torch',
    weightDecay: 0.08514782608695651,
  },
  groups: [
    {
      match: 'batch-normalization.bias',
      learningRateFactor: 64,
      weightDecay: 0.0013304347826086954,
    },
    { match: 'whitening.bias', untilEpoch: 3 },
  ],
  schedule: {
    name: 'piecewise-linear',
    points: [
      [0, 0.2],
      [0.23, 1],
      [1, 0.07],
    ],
  },
  average: { name: 'lookahead' },
});

/** airbench94_muon's: a weight decay of 2e-6 an image, divided by the group's learning rate. */
const decay = 2e-6 * 64;
const withMuon = trainingSchema.parse({
  ...common,
  optimizer: {
    name: 'muon',
    others: {
      name: 'sgd',
      learningRate: 0.053,
      momentum: 0.85,
      nesterov: true,
      momentumForm: 'torch',
      weightDecay: decay / 0.053,
    },
  },
  groups: [
    {
      match: 'whitening.bias',
      untilEpoch: 3,
      schedule: { name: 'polynomial', epochs: 3 },
    },
    { match: 'dense.kernel', learningRate: 0.67, weightDecay: decay / 0.67 },
  ],
  schedule: { name: 'polynomial' },
});

/** The first step, counted from 1, whose loss is outside of its tolerance; nothing if all are within. */
function firstWrongStep(golden: GoldenTraining, losses: readonly number[]): number | undefined {
  const index = losses.findIndex((loss, step) => {
    const expected = golden.output.losses[step] ?? Number.NaN;
    return !(Math.abs(loss / expected - 1) <= (golden.tolerance.loss_rel_per_step[step] ?? 0));
  });
  return index < 0 ? undefined : index + 1;
}

describe('20 steps of a small airbench net', () => {
  const golden = readGolden<GoldenTraining>('train_mini_sgd_lookahead');
  const lossesOf = (recipe: TrainingRecipe) => trainSmallAirbench(golden, recipe, train).losses;

  test("with SGD, groups, a schedule and Lookahead have PyTorch's losses and final statistics", () => {
    const { losses, sums } = trainSmallAirbench(golden, withSgd, train);
    expect(losses).toHaveLength(20);
    expect(firstWrongStep(golden, losses)).toBeUndefined();
    // Lookahead's last update has put the average in place of the running statistics too.
    expect(sums.size).toBe(12);
    for (const [name, sum] of sums) {
      const expected = golden.output.final_state[name]?.sum ?? Number.NaN;
      expect(Math.abs(sum - expected), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
    }
  });

  test('tell from the first or second wrong step what a recipe leaves out', () => {
    const { average: _, ...withoutLookahead } = withSgd;
    expect(firstWrongStep(golden, lossesOf(withoutLookahead))).toBe(6);
    const plain = { ...withSgd.optimizer, nesterov: false } as TrainingRecipe['optimizer'];
    expect(firstWrongStep(golden, lossesOf({ ...withSgd, optimizer: plain }))).toBe(2);
  });

  test("with Muon, a second optimiser and two schedules have PyTorch's losses", () => {
    const golden = readGolden<GoldenTraining>('train_mini_muon');
    const { losses } = trainSmallAirbench(golden, withMuon, train);
    expect(losses).toHaveLength(20);
    expect(firstWrongStep(golden, losses)).toBeUndefined();
  });
});
