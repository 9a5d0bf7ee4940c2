import { beforeAll, describe, expect, test } from 'vitest';
import { type FinishedTraining, train } from '../../src/training/train.js';
import { loadTestEngine } from '../engine.js';
import { createSmallLearner, readWeights, recipe } from './small-learner.js';

beforeAll(async () => {
  await loadTestEngine();
});

/** Trains the small model on 70 images in batches of 32. */
async function trainSmall(options: {
  execution: 'graph' | 'eager';
  measuresGradient: boolean;
  epochs: number;
}) {
  const { epochs, ...others } = options;
  const learner = createSmallLearner({ ...others, recipe: { epochs } });
  const states: number[][][] = [readWeights(learner)];
  const { run } = learner.program;
  const watched = {
    ...learner,
    program: {
      ...learner.program,
      run(...parameters: Parameters<typeof run>) {
        const outputs = run(...parameters);
        if (learner.train.schedule.includes(parameters[0])) states.push(readWeights(learner));
        return outputs;
      },
    },
  };
  const changed = { ...recipe, epochs };
  const common = { recipe: changed, seed: 0, imageCount: 70, validation: 'test' };
  const trained = (await train({ learner: watched, ...common })) as FinishedTraining;
  learner.dispose();
  return { trained, states };
}

/** Plain gradient descent moves the weights by the learning rate times the gradient. */
function normsByHand(states: readonly number[][][]): number[] {
  return states.slice(1).map((after, index) => {
    const before = (states[index] ?? []).flat();
    return Math.hypot(...after.flat().map((weight, i) => (weight - (before[i] ?? 0)) / 0.1));
  });
}

describe.each(['graph', 'eager'] as const)('In %s execution', (execution) => {
  test('the gradient’s norm is that of the weights’ movement, by step and by epoch', async () => {
    const { trained, states } = await trainSmall({ execution, measuresGradient: true, epochs: 8 });
    const expected = normsByHand(states);
    expect(expected).toHaveLength(24);
    const { firstSteps = [], epochs = [] } = trained.gradientNorms ?? {};
    expect(firstSteps).toHaveLength(20);
    for (const [step, norm] of firstSteps.entries())
      expect(norm / (expected[step] ?? 0)).toBeCloseTo(1, 4);
    expect(epochs).toHaveLength(8);
    for (const [epoch, mean] of epochs.entries()) {
      const steps = expected.slice(3 * epoch, 3 * epoch + 3);
      expect((3 * mean) / steps.reduce((sum, norm) => sum + norm, 0)).toBeCloseTo(1, 4);
    }
  });

  test('measuring it changes neither history nor weights, by a single bit', async () => {
    const [on, off] = await Promise.all(
      [true, false].map((measuresGradient) =>
        trainSmall({ execution, measuresGradient, epochs: 2 }),
      ),
    );
    expect(on?.states).toEqual(off?.states);
    expect(
      on?.trained.history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]),
    ).toEqual(
      off?.trained.history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]),
    );
    expect(off?.trained).not.toHaveProperty('gradientNorms');
  });
});

test('A training of few steps has as many first steps', async () => {
  const { trained } = await trainSmall({ execution: 'graph', measuresGradient: true, epochs: 1 });
  expect(trained.gradientNorms?.firstSteps).toHaveLength(3);
});
