import { beforeAll, describe, expect, test } from 'vitest';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import type { Learner } from '../../src/training/learner.js';
import type { TrainingRecipe } from '../../src/training/recipe.js';
import {
  type EpochRecord,
  type FinishedTraining,
  type TrainProgress,
  train,
} from '../../src/training/train.js';
import { loadTestEngine } from '../engine.js';
import { residentMegabytes } from '../memory.js';
import { createSmallLearner, makeImages, readWeights, recipe } from './small-learner.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** Trains the small model with a recipe on 70 images, or a forgetful learner on its 320. */
function trainSmall(changes: Partial<TrainingRecipe>, prepared?: Learner) {
  const learner = prepared ?? createSmallLearner({ recipe: changes });
  const trained = train({
    learner,
    recipe: { ...recipe, ...changes },
    seed: 0,
    imageCount: prepared ? 320 : 70,
    validation: 'test',
  });
  return { learner, trained: trained as Promise<FinishedTraining> };
}

const earlyStopping = {
  monitor: 'validationLoss',
  patience: 2,
  minDelta: 0,
  restoreBestWeights: true,
  startFromEpoch: 0,
} as const;

const plateau = {
  monitor: 'trainLoss',
  factor: 0.5,
  patience: 1,
  cooldown: 0,
  minDelta: 0,
  minLearningRate: 0,
} as const;

/** A learner whose weights all become 0 when a given epoch begins: it then knows nothing any more. */
function createForgetful(changes: Partial<TrainingRecipe>, forgetIn: number): Learner {
  const learner = createSmallLearner({ recipe: changes, train: makeImages(320) });
  let epoch = 0;
  return {
    ...learner,
    train: {
      ...learner.train,
      begin(program, order) {
        epoch++;
        if (epoch === forgetIn) {
          tf.tidy(() => program.write(learner.weights.map((w) => [w, tf.zerosLike(w)])));
        }
        learner.train.begin(program, order);
      },
    },
  };
}

describe('EarlyStopping with restoreBestWeights', () => {
  test('goes back to the weights of the best epoch', async () => {
    const changes = { epochs: 20, earlyStopping };
    const { learner, trained } = trainSmall(changes, createForgetful(changes, 4));
    const { history, restoredEpoch, stoppedEarly } = await trained;
    expect([history.length, restoredEpoch, stoppedEarly]).toEqual([5, 3, true]);
    const [, , best, fourth, last] = history;
    // Weights of 0 guess among four classes, and only the last layer's bias can learn from there.
    for (const record of [fourth, last]) expect(record?.validationLoss).toBeCloseTo(Math.log(4), 1);
    const { accuracy, loss } = learner.evaluations.test?.run(learner.program) ?? ({} as never);
    expect(accuracy).toBe(best?.validationAccuracy);
    expect(loss).toBe(best?.validationLoss);
    learner.dispose();
  });

  test('restores also if the epochs run out before the patience', async () => {
    const patient = { ...earlyStopping, patience: 50 };
    const changes = { epochs: 4, earlyStopping: patient };
    const { learner, trained } = trainSmall(changes, createForgetful(changes, 4));
    const { history, restoredEpoch, stoppedEarly } = await trained;
    expect([restoredEpoch, stoppedEarly]).toEqual([3, false]);
    const { loss } = learner.evaluations.test?.run(learner.program) ?? ({} as never);
    expect(loss).toBe(history[2]?.validationLoss);
    learner.dispose();
  });

  test('leaves the last weights without it', async () => {
    const forgetting = { ...earlyStopping, restoreBestWeights: false };
    const changes = { epochs: 20, earlyStopping: forgetting };
    const { learner, trained } = trainSmall(changes, createForgetful(changes, 4));
    const { history, restoredEpoch, stoppedEarly } = await trained;
    expect([restoredEpoch, stoppedEarly]).toEqual([undefined, true]);
    const { accuracy } = learner.evaluations.test?.run(learner.program) ?? ({} as never);
    expect(accuracy).toBe(history.at(-1)?.validationAccuracy);
    learner.dispose();
  });
});

describe('ReduceLROnPlateau', () => {
  /** Nothing improves by this much, so the rate is halved after every epoch but the first. */
  const never = { ...plateau, minDelta: 1e6 };

  test('changes the rate that the graph trains with', async () => {
    const { learner, trained } = trainSmall({ epochs: 4, reduceLearningRateOnPlateau: never });
    const { history } = await trained;
    expect(history.map(({ learningRate }) => learningRate)).toEqual(
      [0.1, 0.1, 0.05, 0.025].map(Math.fround),
    );
    const [rate] = learner.program.read([learner.learningRate]);
    expect(rate?.dataSync()[0]).toBe(Math.fround(0.0125));
    learner.dispose();
  });

  test('makes steps so small that nothing moves any more', async () => {
    const weights: number[][][] = [];
    const tiny = { ...never, factor: 1e-30 };
    const learner = createSmallLearner({ recipe: { epochs: 4 } });
    await train({
      learner,
      recipe: { ...recipe, epochs: 4, reduceLearningRateOnPlateau: tiny },
      seed: 0,
      imageCount: 70,
      onEpoch: () => weights.push(readWeights(learner)),
    });
    const [first, second, third, fourth] = weights;
    expect(second).not.toEqual(first);
    expect(third).toEqual(second);
    expect(fourth).toEqual(third);
    learner.dispose();
  });
});

describe('The history', () => {
  test('has a record an epoch, from 1 on, as the reports were', async () => {
    const learner = createSmallLearner({ recipe: { epochs: 3 } });
    const reported: EpochRecord[] = [];
    const { history } = await train({
      learner,
      recipe: { ...recipe, epochs: 3 },
      seed: 0,
      imageCount: 70,
      validation: 'test',
      onEpoch: (record) => reported.push(record),
    });
    expect(reported).toEqual(history);
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    for (const record of history) {
      expect(record.trainAccuracy * 70).toBeCloseTo(Math.round(record.trainAccuracy * 70), 4);
      expect(record.trainSeconds).toBeGreaterThan(0);
      expect(record.validationSeconds).toBeGreaterThan(0);
      expect(record.learningRate).toBe(Math.fround(0.1));
    }
    const last = learner.evaluations.test?.run(learner.program);
    expect(history[2]).toMatchObject({
      validationAccuracy: last?.accuracy,
      validationLoss: last?.loss,
    });
    learner.dispose();
  });

  test('has no validation where there is none', async () => {
    const learner = createSmallLearner({ evaluated: {} });
    const { history } = await train({ learner, recipe, seed: 0, imageCount: 70 });
    expect(history).toHaveLength(2);
    expect(history[0]).not.toHaveProperty('validationLoss');
    expect(history[0]).not.toHaveProperty('validationAccuracy');
    learner.dispose();
  });

  test('is the same for the same seed, and another for another', async () => {
    const histories: unknown[] = [];
    for (const seed of [0, 0, 1]) {
      const learner = createSmallLearner({ seed });
      const { history } = await train({ learner, recipe, seed, imageCount: 70 });
      histories.push(history.map(({ trainLoss, trainAccuracy }) => [trainLoss, trainAccuracy]));
      learner.dispose();
    }
    expect(histories[1]).toEqual(histories[0]);
    expect(histories[2]).not.toEqual(histories[0]);
  });
});

describe('A training that is no longer finite ends with advice and without a checkpoint', () => {
  const hint = 'Lower training.optimizer.learningRate, or scale the pixels (minmax or zscore).';

  test('a loss, at its step', async () => {
    const optimizer = { ...recipe.optimizer, learningRate: 1e30 };
    const learner = createSmallLearner({ recipe: { optimizer } });
    const trained = train({
      learner,
      recipe: { ...recipe, optimizer },
      seed: 0,
      imageCount: 70,
      validation: 'test',
      checkpoint: () => Promise.reject(new Error('No checkpoint was expected.')),
    });
    await expect(trained).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^The training loss became (NaN|Infinity) in step [23] of epoch 1\.$/,
      ),
      hint,
      exitCode: 1,
    });
    learner.dispose();
  });

  test('weights, of which the loss does not tell yet', async () => {
    const learner = createSmallLearner();
    const { program, train: steps } = learner;
    const infinite: Learner = {
      ...learner,
      program: {
        ...program,
        // After the sixth step, which ends the second epoch, a weight is infinite.
        run(name, inputs) {
          const outputs = program.run(name, inputs);
          if (name === steps.schedule.at(-1) && ++epochsDone === 2) {
            const bias = learner.weights[1];
            if (bias) tf.tidy(() => program.write([[bias, tf.fill(bias.shape, Infinity)]]));
          }
          return outputs;
        },
      },
    };
    let epochsDone = 0;
    const epochs: number[] = [];
    const checkpoint = async () => {
      epochs.push(epochs.length + 1);
    };
    const trained = train({ learner: infinite, recipe, seed: 0, imageCount: 70, checkpoint });
    await expect(trained).rejects.toMatchObject({
      message: 'The weights were no longer finite in epoch 2 (weight/1).',
      hint,
      exitCode: 1,
    });
    expect(epochs).toEqual([1]);
    learner.dispose();
  });
});

test.each([
  ['long', { epochs: 1, batchSize: 2 }, 1600],
  ['short', { epochs: 60, batchSize: 320 }, 10],
])(
  'In %s epochs progress is told with what the epoch came to so far, and the event loop turns',
  async (_, changes, steps) => {
    const learner = createSmallLearner({
      train: makeImages(3200),
      evaluated: {},
      recipe: changes,
    });
    const seen: (TrainProgress & { readonly loss: number })[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await train({
      learner,
      recipe: { ...recipe, ...changes },
      seed: 0,
      imageCount: 3200,
      onProgress: (progress) => seen.push({ ...progress, loss: progress.metrics().loss }),
    });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(seen.length).toBeGreaterThan(0);
    for (const progress of seen) {
      expect(progress).toMatchObject({ epochs: changes.epochs, steps });
      expect(progress.step).toBeGreaterThan(0);
      expect(progress.step).toBeLessThanOrEqual(steps);
      expect(progress.imagesPerSecond).toBeGreaterThan(0);
      expect(Number.isFinite(progress.loss)).toBe(true);
    }
    learner.dispose();
  },
);

test('Memory stays flat over 20 epochs and over trainings one after the other', async () => {
  const changes = { epochs: 20, earlyStopping: { ...earlyStopping, patience: 100 } };
  const trainOnce = async () => {
    const { learner, trained } = trainSmall(changes);
    await trained;
    learner.dispose();
  };
  await trainOnce();
  const [tensors, before] = [tf.memory().numTensors, residentMegabytes()];
  for (let i = 0; i < 5; i++) await trainOnce();
  expect(tf.memory().numTensors).toBe(tensors);
  expect(residentMegabytes() - before).toBeLessThan(40);
});
