import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { shuffledOrder } from '../../src/training/data-order.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import type { Learner } from '../../src/training/learner.js';
import { loadTestEngine } from '../engine.js';
import {
  classCount,
  createSmallLearner,
  createSmallModel,
  createStages,
  makeImages,
  runEpochs,
} from './small-learner.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** The probabilities of a stock program for images scaled to 0..1, with the weights of a learner. */
function predictByHand(learner: Learner, { count, images }: LabelledBytes): number[][] {
  const stock = createSmallModel();
  stock.setWeights(learner.program.read(learner.weights));
  const x = tf.tensor4d(Array.from(images.slice()), [count, 8, 8, 3]).div<Tensor4D>(255);
  return (stock.predict(x) as Tensor).arraySync() as number[][];
}

/** Plain loops over probabilities: mean cross-entropy, accuracy, classes. */
function judgeByHand(probabilities: readonly number[][], labels: ArrayLike<number>, smoothing = 0) {
  const predicted = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const losses = probabilities.map((row, image) =>
    row.reduce((sum, p, k) => {
      const target = (k === labels[image] ? 1 - smoothing : 0) + smoothing / classCount;
      return sum - target * Math.log(p);
    }, 0),
  );
  const right = predicted.filter((label, image) => label === labels[image]).length;
  return {
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    accuracy: right / losses.length,
    predicted: Uint8Array.from(predicted),
    confidence: probabilities.map((row) => Math.max(...row)),
  };
}

// Less than one batch of 500, just one, and one and a rest.
describe.each([1, 40, 500, 730])('Of %d images', (count) => {
  const images = makeImages(count, 11);
  const learners = (['graph', 'eager'] as const).map((execution) => ({ execution }));

  test.each(learners)(
    'loss, accuracy and classes are those of plain loops in $execution',
    ({ execution }) => {
      const learner = createSmallLearner({ execution, evaluated: { some: images } });
      runEpochs(learner, [shuffledOrder(70, { seed: 0, epoch: 0 })]);
      const { loss, accuracy, predicted, confidence } =
        learner.evaluations.some?.run(learner.program) ?? ({} as never);
      const expected = judgeByHand(predictByHand(learner, images), images.labels);
      expect(predicted).toEqual(expected.predicted);
      for (const [image, sure] of confidence.entries()) {
        expect(sure).toBeCloseTo(expected.confidence[image] ?? 0, 5);
      }
      expect(accuracy).toBe(expected.accuracy);
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5);
      learner.dispose();
    },
  );
});

test('The loss is taken with label smoothing where the training’s is, as in Keras', () => {
  const images = makeImages(60);
  const learner = createSmallLearner({
    recipe: { labelSmoothing: 0.3 },
    evaluated: { some: images },
  });
  const { loss } = learner.evaluations.some?.run(learner.program) ?? ({} as never);
  const expected = judgeByHand(predictByHand(learner, images), images.labels, 0.3);
  expect(loss).toBeCloseTo(expected.loss, 5);
  learner.dispose();
});

test('It gives the same twice, whatever was judged between', () => {
  const learner = createSmallLearner({
    evaluated: { one: makeImages(40), two: makeImages(30, 5) },
  });
  const judge = (name: string) => learner.evaluations[name]?.run(learner.program);
  const [one, two] = [judge('one'), judge('two')];
  expect([judge('one'), judge('two')]).toEqual([one, two]);
  expect(one?.predicted).toHaveLength(40);
  expect(two?.predicted).toHaveLength(30);
  learner.dispose();
});

test('Augmentation and dropout are left out', () => {
  const { layers } = tf;
  const create = (rate: number, ...augmentation: { readonly name: string }[]) => {
    const flat = layers.flatten({ inputShape: [8, 8, 3] });
    const dense = layers.dense({ units: classCount, activation: 'softmax' });
    return createSmallLearner({
      model: tf.sequential({ layers: [flat, layers.dropout({ rate }), dense] }),
      stages: createStages({ name: 'minmax' }, ...augmentation),
    });
  };
  const rotation = { name: 'random-rotation', factor: 0.5 };
  const [plain, augmented] = [create(0), create(0.9, rotation)].map((learner) => {
    const result = learner.evaluations.test?.run(learner.program);
    learner.dispose();
    return result;
  });
  expect(augmented).toEqual(plain);
});

test('A training goes on alike whether it is judged in between or not', () => {
  const losses = [true, false].map((judged) => {
    const learner = createSmallLearner();
    const orders = [0, 1, 2].map((epoch) => shuffledOrder(70, { seed: 0, epoch }));
    const all = orders.flatMap((order) => {
      const own = runEpochs(learner, [order]);
      if (judged) learner.evaluations.test?.run(learner.program);
      return own;
    });
    learner.dispose();
    return all;
  });
  expect(losses[0]).toEqual(losses[1]);
});
