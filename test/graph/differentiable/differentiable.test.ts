import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { biasAdd } from '../../../src/graph/differentiable/bias-add.js';
import {
  composedCrossEntropy,
  denseCrossEntropy,
  sparseCrossEntropy,
} from '../../../src/graph/differentiable/cross-entropy.js';
import { relu } from '../../../src/graph/differentiable/relu.js';
import type { Tensor, Tensor1D, Tensor2D, TensorFlow } from '../../../src/graph/tensorflow.js';
import { numericGradient, someNumbers, weigh } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** Expects numbers of one length that differ by less than the tolerance. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5) {
  expect(found.length).toBe(expected.length);
  Array.from(expected).forEach((value, index) => {
    expect(Math.abs((found[index] ?? Number.NaN) - value)).toBeLessThan(tolerance);
  });
}

describe('relu', () => {
  test('keeps what is positive', () => {
    expect(relu(tf.tensor1d([-2, 0, 3])).arraySync()).toEqual([0, 0, 3]);
  });

  test('lets gradients through where it was positive, and not at 0', () => {
    const gradient = tf.grad((x) => relu(x));
    expect(gradient(tf.tensor1d([-2, 0, 3]), tf.tensor1d([5, 6, 7])).arraySync()).toEqual([
      0, 0, 7,
    ]);
  });
});

describe('biasAdd', () => {
  test.each([[[2, 3]], [[2, 2, 2, 3]]])('adds to the last of the axes %j', (shape) => {
    const x = tf.zeros(shape);
    const rows = biasAdd(x, tf.tensor1d([1, 2, 3]))
      .reshape([-1, 3])
      .arraySync() as number[][];
    for (const row of rows) expect(row).toEqual([1, 2, 3]);
    expect(rows).toHaveLength(x.size / 3);
  });

  test('hands the gradient on, and its sum over all other axes to the bias', () => {
    const dy = tf.tensor(someNumbers(12), [2, 2, 1, 3]);
    const [towardsX, towardsBias] = tf.grads((x, bias) => biasAdd(x, bias))(
      [tf.zeros([2, 2, 1, 3]), tf.zeros([3])],
      dy,
    );
    expect(towardsX?.arraySync()).toEqual(dy.arraySync());
    expectClose(towardsBias?.dataSync() ?? [], dy.sum([0, 1, 2]).dataSync(), 1e-6);
  });
});

describe('Cross-entropy', () => {
  const [count, classes] = [3, 4];
  const logits = someNumbers(count * classes, 3).map((value) => value * 5);
  const labels = [2, 0, 3];
  const oneHot = targetsOf(labels, { classes, smoothing: 0 }).flat();
  const smoothed = targetsOf(labels, { classes, smoothing: 0.1 }).flat();
  const dy = [1, -0.5, 2];

  function targetsOf(
    of: readonly number[],
    { classes, smoothing }: { readonly classes: number; readonly smoothing: number },
  ): number[][] {
    return of.map((label) =>
      Array.from(
        { length: classes },
        (_, index) => Number(index === label) * (1 - smoothing) + smoothing / classes,
      ),
    );
  }

  function logSoftmax(row: readonly number[]): number[] {
    const most = Math.max(...row);
    const logSum = Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
    return row.map((value) => value - most - logSum);
  }

  /** Plain loops: -sum(target * log softmax), row by row. */
  function crossEntropies(values: readonly number[], targets: readonly number[]): number[] {
    return labels.map((_, row) => {
      const own = values.slice(row * classes, (row + 1) * classes);
      return -weigh(logSoftmax(own), targets.slice(row * classes, (row + 1) * classes));
    });
  }

  const sparse = (x: Tensor) => sparseCrossEntropy(x as never, tf.tensor1d(labels, 'int32'));
  const dense = (x: Tensor) =>
    denseCrossEntropy(x as never, tf.tensor2d(smoothed, [count, classes]));

  test.each([
    ['integer labels', oneHot, sparse],
    ['smoothed targets', smoothed, dense],
  ])('of %s, and its gradient, are those of plain loops', (_, targets, crossEntropy) => {
    const x = tf.tensor2d(logits, [count, classes]);
    expectClose(crossEntropy(x).dataSync(), crossEntropies(logits, targets));
    const gradient = tf.grad((input) => crossEntropy(input))(x, tf.tensor1d(dy));
    const expected = numericGradient((at) => weigh(crossEntropies(at, targets), dy), logits);
    expectClose(gradient.dataSync(), expected);
  });

  const listOf = <T>(item: fc.Arbitrary<T>, length: number) =>
    fc.array(item, { minLength: length, maxLength: length });
  const batches = fc
    .record({ count: fc.integer({ min: 1, max: 5 }), classes: fc.integer({ min: 2, max: 7 }) })
    .chain(({ count, classes }) =>
      fc.record({
        logits: listOf(listOf(fc.float({ min: -50, max: 50, noNaN: true }), classes), count),
        labels: listOf(fc.integer({ min: 0, max: classes - 1 }), count),
        smoothing: fc.constantFrom(0, 0.2),
      }),
    );

  /** The losses, then the gradient of their mean. */
  function lossesAndSlopes(x: Tensor2D, compute: (x: Tensor2D) => Tensor1D): number[] {
    const slopes = tf.grad((input) => compute(input as Tensor2D).mean())(x);
    return [...compute(x).dataSync(), ...slopes.dataSync()];
  }

  test('of any batch is that of plain loops, by the ops of the CPU and by those of a GPU', () => {
    fc.assert(
      fc.property(batches, ({ logits, labels, smoothing }) => {
        const targets = targetsOf(labels, { classes: logits[0]?.length ?? 0, smoothing });
        const shares = logits.map(logSoftmax);
        const expected = [
          ...shares.map((row, n) => -weigh(row, targets[n] ?? [])),
          ...shares.flatMap((row, n) =>
            row.map((share, k) => (Math.exp(share) - (targets[n]?.[k] ?? 0)) / logits.length),
          ),
        ];
        const scales = expected.map((value) => Math.max(1, Math.abs(value)));
        tf.tidy(() => {
          const wanted = tf.tensor2d(targets);
          const ways = [
            (x: Tensor2D) => denseCrossEntropy(x, wanted),
            (x: Tensor2D) => composedCrossEntropy(x, wanted),
            (x: Tensor2D) => sparseCrossEntropy(x, tf.tensor1d(labels, 'int32')),
          ];
          for (const compute of smoothing === 0 ? ways : ways.slice(0, 2)) {
            const found = lossesAndSlopes(tf.tensor2d(logits), compute);
            const inScale = (values: readonly number[]) =>
              values.map((value, index) => value / (scales[index] ?? 1));
            expectClose(inScale(found), inScale(expected));
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  test('of a confident error is not clipped', () => {
    const x = tf.tensor2d([0, 1000], [1, 2]);
    expect(sparseCrossEntropy(x, tf.tensor1d([0], 'int32')).arraySync()).toEqual([1000]);
  });
});

test('No tensor is leaked by a function or its gradient', () => {
  const x = tf.tensor2d(someNumbers(6), [2, 3]);
  const labels = tf.tensor1d([0, 2], 'int32');
  const bias = tf.ones([3]);
  const before = tf.memory().numTensors;
  const loss = (input: Tensor) =>
    sparseCrossEntropy(relu(biasAdd(input, bias)) as never, labels).mean();
  tf.dispose(tf.valueAndGrad(loss)(x));
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([x, labels, bias]);
});
