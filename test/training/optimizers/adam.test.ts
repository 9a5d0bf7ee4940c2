import { beforeAll, expect, test } from 'vitest';
import { hasOwnKernels, withoutOwnKernels } from '../../../src/graph/own-kernels.js';
import type { OptimizerRecipe } from '../../../src/training/optimizer.js';
import { someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { denseWeight, runOptimizer } from './run-optimizer.js';

beforeAll(async () => {
  await loadTestEngine();
  expect(hasOwnKernels()).toBe(true);
});

/** The second is two pieces of work and some numbers more. */
const sizes = [1, 33_000, 17];
const steps = 4;

test.each([
  ['with the usual settings', {}],
  ['with others', { learningRate: 0.3, beta1: 0.5, beta2: 0.99, epsilon: 0.1 }],
  ['without averages', { beta1: 0, beta2: 0 }],
])('The kernel of adam makes the steps that TensorFlow composes, bit for bit, %s', (_, options) => {
  const usual = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  const recipe: OptimizerRecipe = { optimizer: { name: 'adam', ...usual, ...options } };
  const weights = sizes.map((size, index) => denseWeight(index, someNumbers(size, index + 1)));
  const gradients = Array.from({ length: steps }, (_, step) =>
    sizes.map((size, index) => someNumbers(size, 10 * step + index + 4)),
  );
  const own = runOptimizer(recipe, weights, gradients);
  const composed = withoutOwnKernels(() => runOptimizer(recipe, weights, gradients));
  expect(own).toEqual(composed);
  expect(own[0]?.[1]).not.toEqual(own[1]?.[1]);
});
