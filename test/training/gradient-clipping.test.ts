import { beforeAll, expect, test } from 'vitest';
import { gradientClippingSchema } from '../../src/training/gradient-clipping.js';
import { loadTestEngine } from '../engine.js';
import { denseWeight, runOptimizer } from './optimizers/run-optimizer.js';

const optimizer = { name: 'sgd', learningRate: 1, momentum: 0 } as const;

beforeAll(async () => {
  await loadTestEngine();
});

/** What one step of rate 1 takes from weights of 0. */
function descend(
  gradientClipping: { norm: number } | { value: number },
  gradients: number[][],
  groups?: { match: string; untilEpoch: number }[],
): number[][] {
  const weights = gradients.map((each, index) =>
    denseWeight(
      index + 1,
      each.map(() => 0),
    ),
  );
  const recipe = { optimizer, gradientClipping, ...(groups && { groups }) };
  const [after] = runOptimizer(recipe, weights, [gradients]);
  // Adding 0 makes 0 of -0.
  return (after ?? []).map((values) => values.map((value) => Math.round(-value * 1e6) / 1e6 + 0));
}

test('a gradient that is too long is shortened over all weights together', () => {
  expect(descend({ norm: 1 }, [[3, 0], [4]])).toEqual([[0.6, 0], [0.8]]);
});

test('a short gradient, and one of zeros, stay as they are', () => {
  expect(descend({ norm: 6 }, [[3, 0], [4]])).toEqual([[3, 0], [4]]);
  expect(descend({ norm: 1 }, [[0, 0], [0]])).toEqual([[0, 0], [0]]);
});

test('each number is kept within a value', () => {
  expect(descend({ value: 2 }, [[3, -1.5], [-4]])).toEqual([[2, -1.5], [-2]]);
});

test('weights that are not trained do not lengthen the gradient', () => {
  const frozen = [{ match: 'dense_1', untilEpoch: 0 }];
  expect(descend({ norm: 1 }, [[300], [3, 4]], frozen)).toEqual([[0], [0.6, 0.8]]);
});

test.each([[{}], [{ norm: 1, value: 1 }]])('%o is refused', (written) => {
  const { error } = gradientClippingSchema.safeParse(written);
  expect(error?.issues.map(({ message }) => message)).toEqual([
    'must have one of "norm" and "value"',
  ]);
});
