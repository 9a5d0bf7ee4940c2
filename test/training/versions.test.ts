import { beforeAll, describe, expect, test } from 'vitest';
import { type Tensor4D, tensorflow } from '../../src/graph/tensorflow.js';
import type { Stage } from '../../src/stages/stage.js';
import { decodeTrainingState, encodeTrainingState } from '../../src/training/checkpoint/encode.js';
import type { TrainingState } from '../../src/training/checkpoint/state.js';
import { shuffledOrder } from '../../src/training/data-order.js';
import { computeLosses } from '../../src/training/loss.js';
import { type TrainOptions, train } from '../../src/training/train.js';
import { loadTestEngine } from '../engine.js';
import { createRichLearner, imageCount, rich } from './rich-learner.js';
import {
  createSmallLearner,
  createStages,
  makeImages,
  readWeights,
  runEpochs,
  type SmallLearnerOptions,
} from './small-learner.js';

beforeAll(async () => {
  await loadTestEngine();
});

/** Two batches of 32 and an odd one of 5. */
const images = makeImages(69);
const orders = [0, 1].map((epoch) => shuffledOrder(images.count, { seed: 0, epoch }));
const augMix = { name: 'aug-mix', valueRange: [0, 1] };

function learn(options: SmallLearnerOptions = {}, augmentations = [augMix]) {
  const learner = createSmallLearner({
    train: images,
    stages: createStages({ name: 'minmax' }, { name: 'random-flip' }, ...augmentations),
    ...options,
    recipe: { jensenShannon: 12, ...options.recipe },
  });
  const losses = runEpochs(learner, orders);
  const outcome = {
    losses,
    weights: readWeights(learner),
    metrics: learner.sums.read(learner.program),
    evaluation: learner.evaluations.test?.run(learner.program),
  };
  learner.dispose();
  return outcome;
}

describe('Training with jensenShannon', () => {
  test('adds the divergence to the loss, which is that of images without aug-mix', () => {
    const whole = { recipe: { batchSize: 69 } };
    const [first] = learn(whole).losses;
    const plain = createSmallLearner({
      train: images,
      stages: createStages({ name: 'minmax' }, { name: 'random-flip' }),
      ...whole,
    });
    const [alone] = runEpochs(plain, orders);
    plain.dispose();
    // The untrained net answers alike to versions of an image: the divergence adds a little.
    expect(first).toBeGreaterThan(alone as number);
    expect(first).toBeLessThan(1.2 * (alone as number));
  });

  test('is what the formula makes of the three versions', () => {
    const tf = tensorflow();
    const learner = createSmallLearner({
      train: images,
      stages: createStages({ name: 'minmax' }, { name: 'random-flip' }, augMix),
      recipe: { batchSize: 69, jensenShannon: 12, labelSmoothing: 0.1 },
    });
    const order = Int32Array.from({ length: 69 }, (_, index) => index);
    const expected = tf.tidy(() => {
      const given = tf.tensor4d(Float32Array.from(images.images), [69, 8, 8, 3]);
      const moment = {
        step: tf.scalar(0, 'int32'),
        indices: tf.tensor1d(order),
        epoch: tf.scalar(0, 'int32'),
      };
      const labels = tf.tensor1d(Int32Array.from(images.labels), 'int32');
      const { images: versions } = learner.network.augment({ images: given, labels }, moment);
      expect(versions.shape).toEqual([3 * 69, 8, 8, 3]);
      const logits = learner.network.logits(versions as Tensor4D, 'training');
      const { losses } = computeLosses(logits, labels, { labelSmoothing: 0.1, jensenShannon: 12 });
      return Number(losses.mean().dataSync()[0]);
    });
    const [loss] = runEpochs(learner, [order]);
    expect(loss).toBeCloseTo(expected, 5);
    learner.dispose();
  });

  test('compiled does what eager does', () => {
    const [graph, eager] = (['graph', 'eager'] as const).map((execution) => learn({ execution }));
    expect(graph?.losses).toHaveLength(6);
    graph?.losses.forEach((loss, step) => {
      expect(Math.abs(loss / (eager?.losses[step] ?? Number.NaN) - 1)).toBeLessThan(1e-5);
    });
    expect(graph?.metrics.accuracy).toBe(eager?.metrics.accuracy);
  });

  test('repeats bit for bit in mixed precision, near to what float32 gives', () => {
    const [first, second] = [0, 1].map(() => learn({ recipe: { precision: 'mixed-bfloat16' } }));
    expect(second).toEqual(first);
    const exact = learn();
    first?.losses.forEach((loss, step) => {
      expect(loss).toBeCloseTo(exact.losses[step] as number, 1);
    });
    expect(first?.losses).not.toEqual(exact.losses);
  });

  test('takes mixed labels for the images as they are', () => {
    const mixed = learn({}, [augMix, { name: 'mixup' } as never]);
    expect(mixed.losses.every(Number.isFinite)).toBe(true);
    expect(mixed.losses).not.toEqual(learn().losses);
  });

  test('does not touch what is evaluated', () => {
    const still = { name: 'sgd', learningRate: 1e-30, momentum: 0 } as const;
    const recipe = { optimizer: still };
    const { jensenShannon: _, ...without } = { jensenShannon: 12, ...recipe };
    const plain = createSmallLearner({ train: images, recipe: without });
    runEpochs(plain, orders);
    const expected = plain.evaluations.test?.run(plain.program);
    plain.dispose();
    expect(learn({ recipe }).evaluation).toEqual(expected);
  });
});

async function start(changes: Partial<TrainOptions>) {
  const learner = createRichLearner('graph', { jensenShannon: 12 }, [augMix]);
  let saved: TrainingState | undefined;
  const trained = await train({
    learner,
    recipe: rich,
    seed: 0,
    imageCount,
    validation: 'validation',
    async checkpoint(capture) {
      saved = decodeTrainingState(encodeTrainingState(capture()));
    },
    ...changes,
  });
  const weights = readWeights(learner);
  learner.dispose();
  return { trained, weights, saved };
}

test('A training with versions that is stopped goes on bit for bit', async () => {
  const uninterrupted = await start({});
  let polls = 0;
  const first = await start({ shouldStop: () => ++polls >= 7 });
  expect(first.trained.status).toBe('interrupted');
  const rest = await start({ resume: first.saved });
  expect(rest.weights).toEqual(uninterrupted.weights);
  expect(rest.trained.history.map(({ trainLoss }) => trainLoss)).toEqual(
    uninterrupted.trained.history.map(({ trainLoss }) => trainLoss),
  );
});

test('A stage draws the same for a stage that makes no versions whether versions are compared or not', () => {
  const seen: number[] = [];
  const [flip] = createStages({ name: 'random-flip' }) as [Stage];
  const watched: Stage = {
    ...flip,
    draw(random, count, batch) {
      seen.push(count);
      return flip.draw?.(random, count, batch) ?? {};
    },
  };
  const [mix] = createStages(augMix) as [Stage];
  const learner = createSmallLearner({
    train: images,
    stages: [...createStages({ name: 'minmax' }), mix, watched],
    recipe: { jensenShannon: 1 },
    execution: 'eager',
  });
  runEpochs(learner, [orders[0] as Int32Array]);
  learner.dispose();
  expect(new Set(seen)).toEqual(new Set([32, 5]));
});
