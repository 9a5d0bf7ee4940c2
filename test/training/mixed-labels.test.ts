import { beforeAll, describe, expect, test } from 'vitest';
import { createEagerProgram } from '../../src/graph/eager.js';
import { type Tensor, tensorflow } from '../../src/graph/tensorflow.js';
import type { Stage } from '../../src/stages/stage.js';
import { shuffledOrder } from '../../src/training/data-order.js';
import { createRunningSums } from '../../src/training/running-sums.js';
import { loadTestEngine } from '../engine.js';
import {
  classCount,
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

/** Mixes each image and label with the one at the other end of the batch, by a share drawn for each image. */
function blendWith(low: number, high: number): Stage {
  const mix = <Values extends Tensor>(values: Values, share: Tensor): Values => {
    const weight = share.reshape([-1, ...values.shape.slice(1).map(() => 1)]);
    const kept = values.mul(tensorflow().scalar(1).sub(weight));
    return kept.add(values.reverse(0).mul(weight));
  };
  return {
    name: 'blend',
    when: 'train',
    gives: (range) => range,
    draw: (random, count) => ({ share: random.uniform('share', { shape: [count], low, high }) }),
    apply: (images, { draw: { share } }) => mix(images, share as Tensor),
    applyToLabels: (labels, { draw: { share } }) => mix(labels, share as Tensor),
  };
}

/** Two batches of 32 and an odd one of 5. */
const train = makeImages(69);
const orders = [0, 1].map((epoch) => shuffledOrder(train.count, { seed: 0, epoch }));
const adam = { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

function learn(stages: readonly Stage[], options: SmallLearnerOptions = {}) {
  const learner = createSmallLearner({
    train,
    stages: [...createStages({ name: 'minmax' }), ...stages],
    ...options,
    recipe: { optimizer: adam, ...options.recipe },
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

/** Returns the loss of the first step by plain loops, from what the network says of the images that it got. */
function lossByHand(
  logits: readonly (readonly number[])[],
  labels: readonly (readonly number[])[],
): number {
  const losses = logits.map((row, image) => {
    const sum = Math.log(row.reduce((total, value) => total + Math.exp(value), 0));
    return row.reduce(
      (total, value, index) => total - (labels[image]?.[index] ?? 0) * (value - sum),
      0,
    );
  });
  return losses.reduce((total, loss) => total + loss, 0) / losses.length;
}

describe('Training on mixed labels', () => {
  test('with shares of 0 is training on the labels, but for the form of the loss', () => {
    const mixed = learn([blendWith(0, 0)], { recipe: { labelSmoothing: 0.1 } });
    const plain = learn([], { recipe: { labelSmoothing: 0.1 } });
    expect(mixed.losses).toHaveLength(6);
    mixed.losses.forEach((loss, step) => {
      expect(loss).toBeCloseTo(plain.losses[step] as number, 5);
    });
    expect(mixed.metrics.accuracy).toBe(plain.metrics.accuracy);
  });

  test('smooths the labels first, then mixes them', () => {
    const tf = tensorflow();
    const one = { recipe: { labelSmoothing: 0.2, batchSize: 69, optimizer: adam } };
    const stages = [...createStages({ name: 'minmax' }), blendWith(0.25, 0.25)];
    const learner = createSmallLearner({ train, stages, ...one });
    const labels = Array.from(train.labels, (label) =>
      Array.from({ length: classCount }, (_, index) => (index === label ? 0.85 : 0.05)),
    );
    const mixed = labels.map((row, image) =>
      row.map((share, index) => 0.75 * share + 0.25 * (labels[68 - image]?.[index] ?? 0)),
    );
    const logits = tf.tidy(() => {
      const images = tf.tensor4d(Float32Array.from(train.images), [69, 8, 8, 3]).div(255);
      const seen = images.mul(0.75).add(images.reverse(0).mul(0.25));
      return learner.network.logits(seen as never, 'training').arraySync();
    });
    const [loss] = runEpochs(learner, [Int32Array.from({ length: 69 }, (_, index) => index)]);
    expect(loss).toBeCloseTo(lossByHand(logits, mixed), 5);
    learner.dispose();
  });

  test('counts an answer as right that is the class with the largest share', () => {
    const tf = tensorflow();
    const program = createEagerProgram({});
    const sums = createRunningSums();
    const logits = tf.tensor2d([3, 1, 2, 3, 1, 2, 0, 1, 4], [3, 3]);
    const labels = tf.tensor2d([0.5, 0.2, 0.3, 0.3, 0.4, 0.3, 0, 0, 1], [3, 3]);
    sums.add({ losses: tf.tensor1d([1, 2, 3]), logits, labels });
    expect(sums.read(program)).toEqual({ loss: 2, accuracy: 2 / 3 });
  });

  test('compiled does what eager does', () => {
    const [graph, eager] = (['graph', 'eager'] as const).map((execution) =>
      learn([blendWith(0, 1)], { execution, recipe: { labelSmoothing: 0.1 } }),
    );
    graph?.losses.forEach((loss, step) => {
      expect(Math.abs(loss / (eager?.losses[step] ?? Number.NaN) - 1)).toBeLessThan(1e-5);
    });
    expect(graph?.metrics.accuracy).toBe(eager?.metrics.accuracy);
  });

  test('repeats bit for bit in mixed precision, near to what float32 gives', () => {
    const options = { recipe: { precision: 'mixed-bfloat16', labelSmoothing: 0.1 } } as const;
    const [first, second] = [0, 1].map(() => learn([blendWith(0, 1)], options));
    expect(second).toEqual(first);
    const exact = learn([blendWith(0, 1)], { recipe: { labelSmoothing: 0.1 } });
    first?.losses.forEach((loss, step) => {
      expect(loss).toBeCloseTo(exact.losses[step] as number, 1);
    });
    expect(first?.losses).not.toEqual(exact.losses);
  });

  test('never mixes what is evaluated', () => {
    const still = { name: 'sgd', learningRate: 1e-30, momentum: 0 } as const;
    const mixed = learn([blendWith(0, 1)], { recipe: { optimizer: still } });
    expect(mixed.evaluation).toEqual(learn([], { recipe: { optimizer: still } }).evaluation);
  });
});
