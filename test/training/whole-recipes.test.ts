import { beforeAll, describe, expect, test } from 'vitest';
import { decodeTrainingState, encodeTrainingState } from '../../src/training/checkpoint/encode.js';
import type { TrainingState } from '../../src/training/checkpoint/state.js';
import type { Learner } from '../../src/training/learner.js';
import { type TrainingRecipe, trainingSchema } from '../../src/training/recipe.js';
import { type Trained, type TrainOptions, train } from '../../src/training/train.js';
import { loadTestEngine } from '../engine.js';
import { createRichLearner, imageCount } from './rich-learner.js';
import { readWeights, runEpochs } from './small-learner.js';

beforeAll(async () => {
  await loadTestEngine();
});

const common = { batchSize: 16, labelSmoothing: 0.1, validation: { split: 40 } };

/** Of 70 images: 4 steps an epoch without the rest, 10 in 2.4 epochs. */
const recipes: Record<string, TrainingRecipe> = {
  'muon and lookahead': trainingSchema.parse({
    ...common,
    epochs: 2.4,
    dropLast: true,
    lossReduction: 'sum',
    optimizer: { name: 'muon', learningRate: 0.1, others: { name: 'adamw', learningRate: 0.003 } },
    groups: [
      { match: 'batch-normalization.bias', learningRateFactor: 4, untilEpoch: 1.25 },
      { match: 'conv2d.bias', untilEpoch: 0 },
    ],
    schedule: { name: 'one-cycle' },
    gradientClipping: { norm: 5 },
    average: { name: 'lookahead', everySteps: 2 },
  }),
  'adamw and an exponential moving average': trainingSchema.parse({
    ...common,
    epochs: 2,
    optimizer: { name: 'adamw', learningRate: 0.01 },
    schedule: { name: 'cosine', warmUp: { epochs: 1 } },
    gradientClipping: { value: 0.1 },
    average: { name: 'ema', decay: 0.7 },
    earlyStopping: { patience: 5, restoreBestWeights: true },
  }),
  'sgd and a mean over late epochs': trainingSchema.parse({
    ...common,
    epochs: 3,
    optimizer: {
      name: 'sgd',
      learningRate: 0.05,
      momentum: 0.9,
      nesterov: true,
      momentumForm: 'torch',
      weightDecay: 0.01,
      weightDecayForm: 'decoupled',
    },
    schedule: { name: 'step', everyEpochs: 1, factor: 0.5 },
    average: { name: 'swa', startShare: 0.3 },
  }),
};

interface Start {
  readonly trained: Trained;
  readonly weights: number[][];
  /** Accuracy and loss of the final weights. */
  readonly judged: { readonly accuracy: number; readonly loss: number };
  readonly saved: TrainingState | undefined;
}

/** One start of the trial, as a process of its own would do it. */
async function start(
  recipe: TrainingRecipe,
  changes: Partial<TrainOptions> = {},
  look?: (learner: Learner) => void,
): Promise<Start> {
  const learner = createRichLearner('graph', recipe);
  let saved: TrainingState | undefined;
  const trained = await train({
    learner,
    recipe,
    seed: 0,
    imageCount,
    validation: 'validation',
    async checkpoint(capture) {
      saved = decodeTrainingState(encodeTrainingState(capture()));
    },
    onEpoch: () => look?.(learner),
    ...changes,
  });
  const weights = readWeights(learner);
  const evaluation = learner.evaluations.validation;
  if (!evaluation) throw new Error('no images to judge on');
  const { accuracy, loss } = evaluation.run(learner.program);
  learner.dispose();
  return { trained, weights, judged: { accuracy, loss }, saved };
}

function numbersOf({ trained, weights, judged }: Start) {
  const history = trained.history.map(
    ({ trainSeconds: _, validationSeconds: __, ...numbers }) => numbers,
  );
  return { ...trained, history, weights, judged };
}

test.each(Object.keys(recipes))(
  '%s: a training stopped twice ends as one that was not, bit for bit',
  async (name) => {
    const recipe = recipes[name] as TrainingRecipe;
    const uninterrupted = await start(recipe);
    let last = await start(recipe, { shouldStop: stopAfter(3) });
    expect(last.saved).toMatchObject({ epoch: 0, step: 3 });
    last = await start(recipe, { resume: last.saved, shouldStop: stopAfter(4) });
    expect(last.trained.status).toBe('interrupted');
    last = await start(recipe, { resume: last.saved });
    expect(numbersOf(last)).toEqual(numbersOf(uninterrupted));
  },
  180_000,
);

test.each(Object.keys(recipes))(
  '%s: the compiled steps of an epoch are the eager ones, to rounding',
  (name) => {
    const order = Int32Array.from({ length: imageCount }, (_, index) => index);
    const [graph, eager] = (['graph', 'eager'] as const).map((execution) => {
      const learner = createRichLearner(execution, recipes[name] as TrainingRecipe);
      const losses = runEpochs(learner, [order]);
      learner.dispose();
      return losses;
    });
    expect(graph?.length).toBeGreaterThanOrEqual(4);
    graph?.forEach((loss, step) => {
      expect(Math.abs(loss / (eager?.[step] ?? Number.NaN) - 1), `step ${step}`).toBeLessThan(1e-3);
    });
  },
  120_000,
);

/** Asked after each step of training and of judging. */
function stopAfter(count: number): () => boolean {
  let polls = 0;
  return () => ++polls >= count;
}

describe('A recipe with a partial epoch', () => {
  const recipe = recipes['muon and lookahead'] as TrainingRecipe;

  test('takes as many steps as it says, and shows the rate of each epoch’s last', async () => {
    const { trained, saved } = await start(recipe);
    expect(trained.history).toHaveLength(3);
    const iteration = saved?.tensors.find(({ name }) => name === 'iteration/0');
    expect(new Int32Array(iteration?.bytes.slice().buffer ?? new ArrayBuffer(0))).toEqual(
      Int32Array.of(10),
    );
    const [first = 0, second = 0, third = 0] = trained.history.map((each) => each.learningRate);
    expect(first).toBeGreaterThan(second);
    expect(third).toBeCloseTo(0.1 / 25 / 1e4, 12);
  });

  test('trains frozen weights not at all, or until their epoch', async () => {
    const seen: number[][][] = [];
    await start(recipe, {}, (learner) => seen.push(readWeights(learner)));
    const biasOf = (epoch: number) => seen[epoch]?.[1];
    const betaOf = (epoch: number) => seen[epoch]?.[3];
    expect(biasOf(2)).toEqual([0, 0, 0, 0]);
    expect(betaOf(0)).not.toEqual([0, 0, 0, 0]);
    // Frozen after step 5; Lookahead has pulled it back to its average at steps 6, 8 and 10.
    expect(betaOf(1)).not.toEqual(betaOf(0));
  });
});

describe('An average', () => {
  test('is what the last epoch was judged with, and what the training ends with', async () => {
    for (const name of ['muon and lookahead', 'sgd and a mean over late epochs']) {
      const { trained, judged } = await start(recipes[name] as TrainingRecipe);
      const last = trained.history.at(-1);
      expect([last?.validationAccuracy, last?.validationLoss], name).toEqual([
        judged.accuracy,
        judged.loss,
      ]);
    }
  });

  test('of the best epoch is what early stopping goes back to', async () => {
    const { trained, judged } = await start(
      recipes['adamw and an exponential moving average'] as TrainingRecipe,
    );
    expect(trained).toMatchObject({ status: 'finished', average: 'ema' });
    const losses = trained.history.map(({ validationLoss }) => validationLoss ?? 0);
    expect(judged.loss).toBe(Math.min(...losses));
  });

  test('that never began is not told of', async () => {
    const late = { name: 'swa', startShare: 0.99, everyEpochs: 1 } as const;
    const recipe = recipes['sgd and a mean over late epochs'] as TrainingRecipe;
    const stopping = { ...recipe, average: late, epochs: 3 };
    const { trained } = await start({
      ...stopping,
      earlyStopping: {
        monitor: 'validationLoss',
        patience: 1,
        minDelta: 1e6,
        restoreBestWeights: false,
        startFromEpoch: 0,
      },
    });
    expect(trained.history).toHaveLength(2);
    expect(trained).not.toHaveProperty('average');
  });
});
