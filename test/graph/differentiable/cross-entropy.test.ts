import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import {
  composedCrossEntropy,
  denseCrossEntropy,
  sparseCrossEntropy,
} from '../../../src/graph/differentiable/cross-entropy.js';
import type { Tensor1D, Tensor2D, TensorFlow } from '../../../src/graph/tensorflow.js';
import { loadTestEngine } from '../../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
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
function lossesAndSlopes(logits: Tensor2D, compute: (logits: Tensor2D) => Tensor1D): number[] {
  const slopes = tf.grad((input) => compute(input as Tensor2D).mean())(logits);
  return [...compute(logits).dataSync(), ...slopes.dataSync()];
}

/** The same in float64. */
function byLoop(logits: readonly number[][], targets: readonly number[][]): number[] {
  const shares = logits.map((row) => {
    const most = Math.max(...row);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - most), 0);
    return row.map((logit) => logit - most - Math.log(sum));
  });
  const of = (row: number, place: number) => targets[row]?.[place] ?? 0;
  const losses = shares.map((row, n) =>
    row.reduce((sum, share, place) => sum - of(n, place) * share, 0),
  );
  const slopes = shares.flatMap((row, n) =>
    row.map((share, place) => (Math.exp(share) - of(n, place)) / logits.length),
  );
  return [...losses, ...slopes];
}

test('gives what a loop gives, by the ops of the CPU and by those of a GPU', () => {
  fc.assert(
    fc.property(batches, ({ logits, labels, smoothing }) => {
      tf.tidy(() => {
        const classes = logits[0]?.length ?? 0;
        const targets = labels.map((label) =>
          Array.from(
            { length: classes },
            (_, place) => (place === label ? 1 - smoothing : 0) + smoothing / classes,
          ),
        );
        const [expected, wanted] = [byLoop(logits, targets), tf.tensor2d(targets)];
        const ways = [
          (given: Tensor2D) => denseCrossEntropy(given, wanted),
          (given: Tensor2D) => composedCrossEntropy(given, wanted),
          (given: Tensor2D) => sparseCrossEntropy(given, tf.tensor1d(labels, 'int32')),
        ];
        for (const compute of smoothing === 0 ? ways : ways.slice(0, 2)) {
          lossesAndSlopes(tf.tensor2d(logits), compute).forEach((value, place) => {
            const scale = Math.max(1, Math.abs(expected[place] ?? 0));
            expect(Math.abs(value - (expected[place] ?? 0)) / scale).toBeLessThan(1e-5);
          });
        }
      });
    }),
    { numRuns: 50 },
  );
});
