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

const logit = fc.float({ min: -50, max: 50, noNaN: true });
const batches = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 7 }))
  .chain(([count, classes]) =>
    fc.record({
      logits: fc.array(fc.array(logit, { minLength: classes, maxLength: classes }), {
        minLength: count,
        maxLength: count,
      }),
      labels: fc.array(fc.integer({ min: 0, max: classes - 1 }), {
        minLength: count,
        maxLength: count,
      }),
      smoothing: fc.constantFrom(0, 0.2),
    }),
  );

/** The losses, and the gradient of their mean. */
function both(logits: Tensor2D, compute: (logits: Tensor2D) => Tensor1D): number[] {
  const gradient = tf.grad((input) => compute(input as Tensor2D).mean())(logits);
  return [...compute(logits).dataSync(), ...gradient.dataSync()];
}

test("gives a GPU what TensorFlow's op gives the CPU", () => {
  fc.assert(
    fc.property(batches, ({ logits, labels, smoothing }) => {
      tf.tidy(() => {
        const input = tf.tensor2d(logits);
        const classes = tf.tensor1d(labels, 'int32');
        const certain = tf.oneHot(classes, input.shape[1]).cast<Tensor2D>('float32');
        const targets = certain.mul<Tensor2D>(1 - smoothing).add<Tensor2D>(smoothing / 7);
        const compare = (compute: (given: Tensor2D) => Tensor1D, wanted: Tensor2D) => {
          const expected = both(input, compute);
          const found = both(input, (given) => composedCrossEntropy(given, wanted));
          found.forEach((value, place) => {
            const scale = Math.max(1, Math.abs(expected[place] ?? 0));
            expect(Math.abs(value - (expected[place] ?? 0)) / scale).toBeLessThan(1e-5);
          });
        };
        compare((given) => sparseCrossEntropy(given, classes), certain);
        compare((given) => denseCrossEntropy(given, targets), targets);
      });
    }),
    { numRuns: 50 },
  );
});
