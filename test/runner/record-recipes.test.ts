import { beforeAll, describe, expect, test } from 'vitest';
import { type Cifar10, readCifar10 } from '../../src/cifar10/dataset.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import { readRecipe } from '../models/recipe-golden.js';
import { type GoldenTraining, readForGolden, trainLikeGolden } from './golden-airbench.js';

let data: Cifar10;
beforeAll(async () => {
  await loadTestEngine();
  data = await readCifar10(await cachedData());
});

/** The first step, counted from 1, whose loss is outside of its tolerance; nothing if all are within. */
function firstWrongStep(golden: GoldenTraining, losses: readonly number[]): number | undefined {
  const index = losses.findIndex((loss, step) => {
    const expected = golden.output.losses[step] ?? Number.NaN;
    return !(Math.abs(loss / expected - 1) <= (golden.tolerance.loss_rel_per_step[step] ?? 0));
  });
  return index < 0 ? undefined : index + 1;
}

const cases = [
  ['airbench94', 'train_mini_sgd_lookahead', 20],
  ['airbench94-muon', 'train_mini_muon', 20],
  ['airbench94', 'train_full_sgd_lookahead', 6],
  ['airbench94-muon', 'train_full_muon', 6],
] as const;

test.each(cases)(
  "experiments/record/%s.json has PyTorch's losses (%s, %d steps)",
  (name, file, steps) => {
    const golden = readRecipe<GoldenTraining>(file);
    const { losses } = trainLikeGolden(golden, readForGolden(name, golden), data);
    expect(losses).toHaveLength(steps);
    expect(firstWrongStep(golden, losses)).toBeUndefined();
  },
  120_000,
);

describe('20 steps of airbench94 on a small net', () => {
  const golden = readRecipe<GoldenTraining>('train_mini_sgd_lookahead');
  const experiment = readForGolden('airbench94', golden);

  test("end with PyTorch's running statistics, which Lookahead averaged too", () => {
    const { sums } = trainLikeGolden(golden, experiment, data);
    expect(sums.size).toBe(12);
    for (const [name, sum] of sums) {
      const expected = golden.output.final_state[name]?.sum ?? Number.NaN;
      expect(Math.abs(sum - expected), name).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
    }
  });

  const { training } = experiment;
  const { average: _, ...withoutLookahead } = training;
  const plain = { ...training.optimizer, nesterov: false } as typeof training.optimizer;
  const [biases, ...others] = training.groups ?? [];
  const groups =
    others.length > 0 && biases ? [{ ...biases, learningRateFactor: 1 }, ...others] : [];
  const preprocessing = experiment.preprocessing.filter(({ name }) => name !== 'alternating-flip');
  test.each<[string, Partial<Experiment>, number]>([
    ['no Lookahead', { training: withoutLookahead }, 6],
    ['plain momentum', { training: { ...training, optimizer: plain } }, 2],
    ['biases without their factor', { training: { ...training, groups } }, 4],
    ['less label smoothing', { training: { ...training, labelSmoothing: 0.1 } }, 1],
    ['no flips', { preprocessing }, 1],
  ])('tell %s', (_name, changes, step) => {
    const { losses } = trainLikeGolden(golden, { ...experiment, ...changes }, data);
    expect(firstWrongStep(golden, losses)).toBe(step);
  });
});
