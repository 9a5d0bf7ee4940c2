import { beforeAll, describe, expect, test } from 'vitest';
import type { LayersModel, Tensor, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { initialiseWeights } from '../../src/models/initial-weights.js';
import { shuffledOrder } from '../../src/training/data-order.js';
import { loadTestEngine } from '../engine.js';
import {
  classCount,
  createSmallLearner,
  createSmallModel,
  createStages,
  makeImages,
  readWeights,
  runEpochs,
} from './small-learner.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const order = (epoch: number, count = 70) => shuffledOrder(count, { seed: 0, epoch });

/** Trains as a stock TensorFlow.js program would, batch by batch, and returns each step's loss. */
function trainByHand(model: LayersModel, orders: readonly Int32Array[]): number[] {
  const { images, labels } = makeImages(70);
  const optimizer = tf.train.sgd(0.1);
  const losses: number[] = [];
  for (const indices of orders) {
    for (let first = 0; first < indices.length; first += 32) {
      const batch = Array.from(indices.slice(first, first + 32));
      const pixels = batch.map((index) => [...images.slice(index * 192, (index + 1) * 192)]);
      const x = tf.tensor(pixels, [batch.length, 192]).div(255).reshape([-1, 8, 8, 3]);
      const y = tf.oneHot(
        batch.map((index) => labels[index] ?? 0),
        classCount,
      );
      const loss = optimizer.minimize(
        () =>
          y
            .mul(tf.log(model.apply(x) as Tensor))
            .sum(1)
            .mean()
            .neg()
            .asScalar(),
        true,
      );
      losses.push(Number(loss?.dataSync()[0]));
    }
  }
  return losses;
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number) {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(Math.abs((found[index] ?? Number.NaN) - value)).toBeLessThan(tolerance);
  });
}

describe.each(['graph', 'eager'] as const)('In %s execution', (execution) => {
  test('the last, smaller batch counts, as in a stock program: 70 images are 32, 32 and 6', () => {
    const learner = createSmallLearner({ execution });
    expect(learner.train.schedule).toEqual(['train', 'train', 'trainRest']);
    const losses = runEpochs(learner, [order(0), order(1)]);
    const stock = createSmallModel();
    initialiseWeights(stock, 0);
    expectClose(losses, trainByHand(stock, [order(0), order(1)]), 1e-5);
    readWeights(learner).forEach((values, index) => {
      expectClose(values, Array.from(stock.getWeights()[index]?.dataSync() ?? []), 1e-5);
    });
    learner.dispose();
  });

  test('the running sums weigh every image alike', () => {
    const learner = createSmallLearner({ execution });
    learner.sums.reset(learner.program);
    const losses = runEpochs(learner, [order(0)]);
    const [first, second, rest] = losses as [number, number, number];
    const { loss, accuracy } = learner.sums.read(learner.program);
    expect(loss).toBeCloseTo((32 * first + 32 * second + 6 * rest) / 70, 5);
    expect((accuracy * 70) % 1).toBeCloseTo(0, 4);
    learner.sums.reset(learner.program);
    expect(learner.sums.read(learner.program)).toEqual({ loss: Number.NaN, accuracy: Number.NaN });
    learner.dispose();
  });

  test.each([
    [64, ['train']],
    [100, ['trainRest']],
    [63, ['train', 'trainRest']],
  ])('64 images in batches of %d are %j', (batchSize, schedule) => {
    const learner = createSmallLearner({ train: makeImages(64), recipe: { batchSize }, execution });
    expect(learner.train.schedule).toEqual(schedule);
    expect(runEpochs(learner, [order(0, 64)]).every(Number.isFinite)).toBe(true);
    learner.dispose();
  });

  test('nothing is left when a learner is disposed of', () => {
    const before = { ...tf.memory() };
    const learner = createSmallLearner({ execution, recipe: { optimizer: adam } });
    learner.train.begin(learner.program, order(0));
    tf.dispose(learner.program.run('train'));
    const { numTensors } = tf.memory();
    for (const name of ['train', 'trainRest']) tf.dispose(learner.program.run(name));
    learner.evaluations.test?.run(learner.program);
    learner.sums.read(learner.program);
    expect(tf.memory().numTensors).toBe(numTensors);
    learner.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
  });
});

const adam = { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

describe('Seeds', () => {
  const stages = () =>
    createStages({ name: 'minmax' }, { name: 'random-rotation', factor: 0.1 } as never);
  const trained = (seed: number) => {
    const learner = createSmallLearner({ seed, stages: stages(), model: createDropoutModel() });
    const losses = runEpochs(
      learner,
      [0, 1].map((epoch) => shuffledOrder(70, { seed, epoch })),
    );
    const weights = readWeights(learner);
    learner.dispose();
    return { losses, weights };
  };

  test('the same one gives the same losses and weights, bit for bit', () => {
    expect(trained(0)).toEqual(trained(0));
  });

  test('another one gives others, from the first step on', () => {
    const [zero, one] = [trained(0), trained(1)];
    expect(one.losses[0]).not.toBe(zero.losses[0]);
    expect(one.weights[0]).not.toEqual(zero.weights[0]);
  });

  test.each([
    ['nothing', () => createSmallModel(), () => createStages({ name: 'minmax' })],
    ['dropout', createDropoutModel, () => createStages({ name: 'minmax' })],
    ['augmentation', () => createSmallModel(), stages],
  ])('with the same weights and order, %s tells the first losses apart', (what, model, create) => {
    const learners = [0, 1].map((seed) =>
      createSmallLearner({ seed, model: model(), stages: create() }),
    );
    const weights = learners[0]?.program.read(learners[0].weights) ?? [];
    const losses = learners.map((learner) => {
      const values = learner.weights.map(
        (variable, index) => [variable, weights[index] as Tensor] as const,
      );
      learner.program.write(values);
      const [first] = runEpochs(learner, [order(0)]);
      learner.dispose();
      return first ?? Number.NaN;
    }) as [number, number];
    if (what === 'nothing') expect(losses[1]).toBe(losses[0]);
    else expect(Math.abs(losses[1] - losses[0])).toBeGreaterThan(1e-4);
  });

  test('a stage that changes nothing leaves weights, order and dropout as they are', () => {
    const arms = [[], [{ name: 'random-rotation', factor: 0 }]].map((augmentation) => {
      const learner = createSmallLearner({
        stages: createStages({ name: 'minmax' }, ...augmentation),
        model: createDropoutModel(),
      });
      const losses = runEpochs(learner, [order(0)]);
      learner.dispose();
      return losses;
    });
    expectClose(arms[1] ?? [], arms[0] ?? [], 1e-6);
  });
});

function createDropoutModel(): LayersModel {
  const model = createSmallModel();
  const [conv, pool, flatten, dense] = model.layers;
  const layers = [conv, pool, tf.layers.dropout({ rate: 0.5 }), flatten, dense];
  return tf.sequential({ layers: layers as never });
}

test('A functional model with a skip connection and a shared layer trains', () => {
  const { layers } = tf;
  const relu = { activation: 'relu', kernelInitializer: 'glorotUniform' } as const;
  const input = tf.input({ shape: [8, 8, 3] });
  const first = layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same', ...relu }).apply(input);
  const shared = layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same', ...relu });
  const twice = shared.apply(shared.apply(first));
  const sum = layers.add().apply([first, layers.batchNormalization().apply(twice)] as never);
  const pooled = layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(sum);
  const output = layers
    .dense({ units: classCount, activation: 'softmax', kernelInitializer: 'glorotUniform' })
    .apply(layers.concatenate().apply([pooled, layers.flatten().apply(sum)] as never));
  const model = tf.model({ inputs: input, outputs: output as never });
  const learner = createSmallLearner({ model, recipe: { optimizer: adam } });
  const losses = runEpochs(
    learner,
    Array.from({ length: 10 }, (_, epoch) => order(epoch)),
  );
  expect(losses.at(-1)).toBeLessThan(0.3 * (losses[0] ?? 0));
  expect(learner.evaluations.test?.run(learner.program).accuracy).toBeGreaterThan(0.9);
  learner.dispose();
});

test('Only trainable weights are trained', () => {
  const model = createSmallModel();
  const [conv] = model.layers;
  if (conv) conv.trainable = false;
  const learner = createSmallLearner({ model });
  const before = readWeights(learner);
  runEpochs(learner, [order(0)]);
  // Those that are not trained come last.
  const [kernel, bias, fixedKernel, fixedBias] = readWeights(learner);
  expect([fixedKernel, fixedBias]).toEqual(before.slice(2));
  expect(kernel).not.toEqual(before[0]);
  expect(bias).not.toEqual(before[1]);
  learner.dispose();
});

test('Label smoothing trains towards Keras’ targets', () => {
  const labelSmoothing = 0.2;
  const learner = createSmallLearner({ recipe: { labelSmoothing } });
  const [loss] = runEpochs(learner, [order(0)]);
  const plain = createSmallLearner();
  const stock = createSmallModel();
  initialiseWeights(stock, 0);
  const { images, labels } = makeImages(70);
  const batch = Array.from(order(0).slice(0, 32));
  const pixels = batch.flatMap((index) => [...images.slice(index * 192, (index + 1) * 192)]);
  const x = tf.tensor4d(pixels, [32, 8, 8, 3]).div<Tensor4D>(255);
  const probabilities = (stock.predict(x) as Tensor).arraySync() as number[][];
  const expected = probabilities.map((row, image) =>
    row.reduce((sum, p, k) => {
      const target = (k === labels[batch[image] ?? 0] ? 0.8 : 0) + labelSmoothing / classCount;
      return sum - target * Math.log(p);
    }, 0),
  );
  expect(loss).toBeCloseTo(expected.reduce((sum, value) => sum + value, 0) / 32, 5);
  expect(runEpochs(plain, [order(0)])[0]).not.toBeCloseTo(loss ?? 0, 3);
  learner.dispose();
  plain.dispose();
});
