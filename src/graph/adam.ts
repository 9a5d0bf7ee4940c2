import { attribute, runKernelWithOutputs } from './native-backend.js';
import type { Tensor } from './tensorflow.js';

/** Weights, or what belongs to each of them, in one order. */
interface AdamTensors {
  readonly weights: readonly Tensor[];
  readonly firstMoments: readonly Tensor[];
  readonly secondMoments: readonly Tensor[];
}

export interface AdamOptions {
  /** The step size with its corrections: float32 scalar. */
  readonly rate: Tensor;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Makes a step of Adam for all weights by prep-lab's own kernel, which must be loaded. Shape: each as its weight. */
export function runAdam(
  { weights, firstMoments, secondMoments }: AdamTensors,
  gradients: readonly Tensor[],
  { rate, beta1, beta2, epsilon }: AdamOptions,
): AdamTensors {
  const count = weights.length;
  const next = runKernelWithOutputs(
    {
      name: 'PrepLabAdam',
      attributes: {
        T: attribute.type('float32'),
        N: attribute.int(count),
        first_share: attribute.float(1 - beta1),
        second_share: attribute.float(1 - beta2),
        epsilon: attribute.float(epsilon),
      },
      inputs: [rate, ...weights, ...gradients, ...firstMoments, ...secondMoments],
    },
    3 * count,
  );
  return {
    weights: next.slice(0, count),
    firstMoments: next.slice(count, 2 * count),
    secondMoments: next.slice(2 * count),
  };
}
