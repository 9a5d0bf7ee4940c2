import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { createEagerProgram } from '../../src/graph/eager.js';
import {
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
} from '../../src/graph/tensorflow.js';
import { createVariable } from '../../src/graph/variable.js';
import { createImageTable } from '../../src/training/image-table.js';
import { createRunningSums } from '../../src/training/running-sums.js';
import { createTrainSteps } from '../../src/training/train-steps.js';
import { loadTestEngine } from '../engine.js';

beforeAll(async () => {
  await loadTestEngine();
});

const shape = { height: 1, width: 1, channels: 2 };
const imageCount = 7;
const orders = [
  [3, 1, 6, 0, 2, 5, 4],
  [6, 5, 4, 3, 2, 1, 0],
];

/** Trains for two epochs in batches of two; each image is shifted by its step, index and epoch: that stands for augmentation. */
function lossesOf(
  execution: 'graph' | 'eager',
  options: {
    overlapped: boolean;
    batchSize: number;
    onBatch?: (indices: number[], epoch: number) => void;
  },
) {
  const tf = tensorflow();
  const iteration = createVariable(tf.scalar(0, 'int32'));
  const weight = tf.variable(tf.tensor2d([0.5, -0.25, 1, 2], [2, 2]));
  const sums = createRunningSums();
  const train = createTrainSteps({
    table: createImageTable(
      {
        count: imageCount,
        images: Uint8Array.from({ length: imageCount * 2 }, (_, index) => index * 3),
        labels: Uint8Array.from({ length: imageCount }, (_, index) => index % 2),
      },
      shape,
    ),
    recipe: { batchSize: options.batchSize, labelSmoothing: 0, precision: 'float32' },
    optimizer: {
      state: [],
      apply: ([gradient]) => weight.assign(weight.sub((gradient as Tensor).mul(0.01))),
    },
    sums,
    weights: [weight],
    iteration,
    totalSteps: 100,
    overlapped: options.overlapped ? shape : undefined,
    augment({ images, labels }, { step, indices, epoch }) {
      if (execution === 'eager')
        options.onBatch?.(indices.arraySync() as number[], Number(epoch.dataSync()));
      const shift = indices.add(step).add(epoch).cast('float32').reshape([-1, 1, 1, 1]);
      return { images: images.add(shift).div<Tensor4D>(20), labels };
    },
    logits: (images) => images.reshape([-1, 2]).matMul(weight as unknown as Tensor2D) as Tensor2D,
  });
  const state = [weight, iteration, ...sums.state, ...train.state];
  const program =
    execution === 'graph'
      ? compileProgram(train.steps, { state })
      : createEagerProgram(train.steps);
  const losses = orders.flatMap((order) => {
    train.begin(program, Int32Array.from(order));
    return train.schedule.map((step) => Number(program.run(step)[0]?.dataSync()[0]));
  });
  return { losses, schedule: train.schedule };
}

describe.each(['graph', 'eager'] as const)('in %s execution', (execution) => {
  test.each([
    [2, ['train', 'train', 'trainLast', 'trainRest']],
    [3, ['train', 'trainLast', 'trainRest']],
    [7, ['trainLast']],
    [8, ['trainRest']],
  ])('batches of %d that are prepared a step ahead train as without', (batchSize, schedule) => {
    const overlapped = lossesOf(execution, { overlapped: true, batchSize });
    const plain = lossesOf(execution, { overlapped: false, batchSize });
    expect(overlapped.schedule).toEqual(schedule);
    expect(overlapped.losses).toEqual(plain.losses);
    expect(new Set(plain.losses).size).toBe(plain.losses.length);
  });
});

test.each([true, false])(
  'augmentation gets the indices of each batch and its epoch',
  (overlapped) => {
    const batches: [number[], number][] = [];
    const onBatch = (indices: number[], epoch: number) => batches.push([indices, epoch]);
    lossesOf('eager', { overlapped, batchSize: 3, onBatch });
    expect(batches).toEqual([
      [[3, 1, 6], 0],
      [[0, 2, 5], 0],
      [[4], 0],
      [[6, 5, 4], 1],
      [[3, 2, 1], 1],
      [[0], 1],
    ]);
  },
);
