import { expect } from 'vitest';
import { type Layer, variableOf } from '../../../src/graph/fused-layers/layer.js';
import { type Tensor, tensorflow } from '../../../src/graph/tensorflow.js';
import { someNumbers } from '../../engine/numeric-gradient.js';

export interface Outcome {
  readonly output: ArrayLike<number>;
  /** Towards the input, then each trainable weight, of the output weighted with some numbers. */
  readonly gradients: readonly ArrayLike<number>[];
}

/** Builds a layer and gives its weights some numbers: variances positive ones. */
export function buildLayer(layer: Layer, inputShape: readonly number[]): void {
  const tf = tensorflow();
  layer.build([...inputShape]);
  const values = layer.weights.map(({ shape, originalName }, index) => {
    const size = (shape as number[]).reduce((product, length) => product * length, 1);
    const numbers = someNumbers(size, index + 2);
    const isVariance = originalName.endsWith('variance');
    return tf.tensor(isVariance ? numbers.map(Math.abs) : numbers, shape as number[]);
  });
  layer.setWeights(values);
}

/** Builds a layer on an input shape and returns what it computes. */
export function computeOutcome(
  layer: Layer,
  inputShape: readonly number[],
  options: { readonly training: boolean; fuse?(layer: Layer): void },
): Outcome {
  const tf = tensorflow();
  if (!layer.built) buildLayer(layer, inputShape);
  options.fuse?.(layer);
  const size = inputShape.reduce((product, length) => product * length, 1);
  const x = tf.variable(tf.tensor(someNumbers(size, 9), [...inputShape]));
  const weights = layer.trainableWeights.map(variableOf);
  let output: ArrayLike<number> = [];
  const { grads } = tf.variableGrads(() => {
    const y = layer.apply(x, { training: options.training }) as Tensor;
    output = y.dataSync();
    return y
      .mul(tf.tensor(someNumbers(y.size, 4), y.shape))
      .sum()
      .asScalar();
  }, [x, ...weights]);
  const gradients = [x, ...weights].map(({ name }) => grads[name]?.dataSync() ?? []);
  return { output, gradients };
}

/** Expects the same numbers, but for the order in which sums are taken. */
export function expectSameOutcome(found: Outcome, expected: Outcome, tolerance = 1e-5): void {
  expectClose(found.output, expected.output, tolerance);
  expect(found.gradients).toHaveLength(expected.gradients.length);
  found.gradients.forEach((gradient, index) => {
    expectClose(gradient, expected.gradients[index] ?? [], tolerance);
  });
}

export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(found.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  Array.from(expected).forEach((value, index) => {
    const distance = Math.abs((found[index] ?? Number.NaN) - value);
    expect(distance, `element ${index}`).toBeLessThan(tolerance * scale);
  });
}
