import { beforeAll, describe, expect, test } from 'vitest';
import {
  batchNormInference,
  batchNormTraining,
} from '../../../src/graph/differentiable/batch-norm.js';
import type { Tensor, Tensor4D, TensorFlow } from '../../../src/graph/tensorflow.js';
import { numericGradient, someNumbers, weigh } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const shape = [2, 3, 2, 4] as const;
const channels = 4;
const epsilon = 1e-3;
const size = 48;
const values = {
  x: someNumbers(size, 5).map((value) => value * 2 + 1),
  gamma: [0.5, 1, -2, 3],
  beta: [0, 0.1, 0.2, -3],
};
const dy = someNumbers(size, 7);

/** Plain loops over the values of each channel, in float64. */
function normalise({ x, gamma, beta }: typeof values): number[] {
  const statistics = gamma.map((_, channel) => statisticsOf(x, channel));
  return x.map((value, index) => {
    const channel = index % channels;
    const { mean, variance } = statistics[channel] ?? { mean: 0, variance: 1 };
    const unit = (value - mean) / Math.sqrt(variance + epsilon);
    return (gamma[channel] ?? 0) * unit + (beta[channel] ?? 0);
  });
}

/** Mean and population variance. */
function statisticsOf(x: readonly number[], channel: number) {
  const own = x.filter((_, index) => index % channels === channel);
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
  return { mean, variance };
}

const toTensors = (): [Tensor4D, Tensor, Tensor] => [
  tf.tensor4d(values.x, [...shape]),
  tf.tensor1d(values.gamma),
  tf.tensor1d(values.beta),
];

function expectClose(found: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(Math.abs((found[index] ?? Number.NaN) - value)).toBeLessThan(tolerance);
  });
}

describe('In training', () => {
  test('a batch is normalised by its own mean and population variance', () => {
    const [x, gamma, beta] = toTensors();
    let statistics: number[][] = [];
    const y = batchNormTraining({ x, gamma, beta, epsilon }, ({ mean, variance }) => {
      statistics = [mean.arraySync() as number[], variance.arraySync() as number[]];
    });
    expectClose(y.dataSync(), normalise(values), 1e-5);
    const expected = values.gamma.map((_, channel) => statisticsOf(values.x, channel));
    expectClose(
      statistics[0] ?? [],
      expected.map(({ mean }) => mean),
      1e-6,
    );
    expectClose(
      statistics[1] ?? [],
      expected.map(({ variance }) => variance),
      1e-6,
    );
  });

  test('gradients towards images, gamma and beta are the slopes of plain loops', () => {
    const gradients = tf.grads((x, gamma, beta) =>
      batchNormTraining({ x: x as Tensor4D, gamma, beta, epsilon }, () => {}),
    )(toTensors(), tf.tensor4d(dy, [...shape]));
    const names = ['x', 'gamma', 'beta'] as const;
    for (const [index, name] of names.entries()) {
      const slope = (at: readonly number[]) => weigh(normalise({ ...values, [name]: at }), dy);
      const expected = numericGradient(slope, values[name]);
      expectClose(gradients[index]?.dataSync() ?? [], expected, 2e-4);
    }
  });

  test('a batch of a single pixel gives beta, and a variance of 0', () => {
    const x = tf.tensor4d([5, -7], [1, 1, 1, 2]);
    let variances: unknown;
    const input = { x, gamma: tf.ones([2]), beta: tf.tensor1d([0.25, 0.5]), epsilon };
    const y = batchNormTraining(input, ({ variance }) => {
      variances = variance.arraySync();
    });
    expect(y.flatten().arraySync()).toEqual([0.25, 0.5]);
    expect(variances).toEqual([0, 0]);
  });
});

test('In evaluation a batch is normalised by given statistics', () => {
  const [x, gamma, beta] = toTensors();
  const mean = tf.tensor1d([1, 0, -1, 2]);
  const variance = tf.tensor1d([1, 4, 0.25, 0]);
  const y = batchNormInference({ x, gamma, beta, epsilon }, { mean, variance }).dataSync();
  const expected = values.x.map((value, index) => {
    const at = (tensor: Tensor) => tensor.dataSync()[index % channels] ?? Number.NaN;
    const unit = (value - at(mean)) / Math.sqrt(at(variance) + epsilon);
    return at(gamma) * unit + at(beta);
  });
  // Of the last channel, with a variance of 0, values come near 300.
  expectClose(y, expected, 1e-4);
});

test('No tensor is leaked by a batch or its gradient', () => {
  const inputs = toTensors();
  const before = tf.memory().numTensors;
  const gradients = tf.grads((x, gamma, beta) =>
    batchNormTraining({ x: x as Tensor4D, gamma, beta, epsilon }, () => {}).sum(),
  )(inputs);
  tf.dispose(gradients);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(inputs);
});
