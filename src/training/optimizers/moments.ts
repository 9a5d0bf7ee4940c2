import { z } from 'zod';
import { type Tensor, tensorflow, type Variable } from '../../graph/tensorflow.js';
import { createVariable } from '../../graph/variable.js';

/** The decays of Adam's two averages, as both kinds of it have them. */
export const betaSchemas = {
  beta1: z.number().min(0).lt(1).default(0.9).describe("Decay of the gradient's mean."),
  beta2: z.number().min(0).lt(1).default(0.999).describe("Decay of the gradient's square."),
};

/** Adam's moving averages of each weight's gradient and of its square. */
export interface Moments {
  readonly state: readonly Variable[];
  readonly first: readonly Variable[];
  readonly second: readonly Variable[];
  /** Moves those of one weight towards its gradient, and returns them. */
  move(index: number, gradient: Tensor): { readonly m: Tensor; readonly v: Tensor };
}

/** Formula: m += (g - m)(1 - b1); v += (g^2 - v)(1 - b2); both begin at 0. */
export function createMoments(
  weights: readonly Variable[],
  { beta1, beta2 }: { readonly beta1: number; readonly beta2: number },
): Moments {
  const tf = tensorflow();
  const firstMoments = weights.map((weight) => createVariable(tf.zeros(weight.shape)));
  const secondMoments = weights.map((weight) => createVariable(tf.zeros(weight.shape)));
  return {
    state: [...firstMoments, ...secondMoments],
    first: firstMoments,
    second: secondMoments,
    move(index, gradient) {
      const first = firstMoments[index] as Variable;
      const second = secondMoments[index] as Variable;
      const m = first.add(gradient.sub(first).mul(1 - beta1));
      const squares = gradient.square().sub(second);
      const v = second.add(squares.mul(1 - beta2));
      first.assign(m);
      second.assign(v);
      return { m, v };
    },
  };
}
