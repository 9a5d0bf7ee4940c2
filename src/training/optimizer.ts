import { type Tensor, tensorflow, type Variable } from '../engine/tensorflow.js';
import { createVariable } from '../engine/variable.js';
import type { AdamOptions, OptimizerOptions, SgdOptions } from './recipe.js';

/** Updates weights from gradients, on the engine. */
export interface Optimizer {
  /** What it keeps between steps; part of the program's state and of a checkpoint. */
  readonly state: readonly Variable[];
  /** Assigns new values to the weights. Traceable. Gradients: one a weight, in their order. */
  apply(gradients: readonly Tensor[]): void;
}

export interface OptimizerContext {
  readonly weights: readonly Variable[];
  /** Float32 scalar. */
  readonly learningRate: Variable;
  /** Int32 scalar: steps done before this one. */
  readonly iteration: Variable;
}

export function createOptimizer(options: OptimizerOptions, context: OptimizerContext): Optimizer {
  return options.name === 'adam' ? createAdam(options, context) : createSgd(options, context);
}

/**
 * Formula: m += (g - m)(1 - b1); v += (g^2 - v)(1 - b2); w -= lr * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon).
 * Source: keras/src/optimizers/adam.py. Epsilon stands beside the uncorrected sqrt(v), other than in the paper
 * (Kingma and Ba 2015), and the powers of the betas are taken in float32: both change losses in the third digit.
 */
function createAdam(options: AdamOptions, context: OptimizerContext): Optimizer {
  const { weights, learningRate, iteration } = context;
  const tf = tensorflow();
  const firstMoments = weights.map((weight) => createVariable(tf.zeros(weight.shape)));
  const secondMoments = weights.map((weight) => createVariable(tf.zeros(weight.shape)));
  return {
    state: [...firstMoments, ...secondMoments],
    apply(gradients) {
      tf.tidy(() => {
        const t = iteration.add(tf.scalar(1, 'int32')).cast('float32');
        const correction = (beta: number) => tf.sub(1, tf.pow(tf.scalar(beta), t));
        const rate = learningRate
          .mul(correction(options.beta2).sqrt())
          .div(correction(options.beta1));
        weights.forEach((weight, index) => {
          const gradient = gradients[index] as Tensor;
          const first = firstMoments[index] as Variable;
          const second = secondMoments[index] as Variable;
          const m = first.add(gradient.sub(first).mul(1 - options.beta1));
          const v = second.add(
            gradient
              .square()
              .sub(second)
              .mul(1 - options.beta2),
          );
          first.assign(m);
          second.assign(v);
          weight.assign(weight.sub(m.mul(rate).div(v.sqrt().add(options.epsilon))));
        });
      });
    },
  };
}

/**
 * Formula: without momentum w -= lr * g; with it velocity = momentum * velocity - lr * g; w += velocity.
 * Source: keras/src/optimizers/sgd.py.
 */
function createSgd(options: SgdOptions, context: OptimizerContext): Optimizer {
  const { weights, learningRate } = context;
  const tf = tensorflow();
  const hasMomentum = options.momentum > 0;
  const velocities = hasMomentum
    ? weights.map((weight) => createVariable(tf.zeros(weight.shape)))
    : [];
  return {
    state: velocities,
    apply(gradients) {
      tf.tidy(() => {
        weights.forEach((weight, index) => {
          const descent = (gradients[index] as Tensor).mul(learningRate);
          const velocity = velocities[index];
          if (!velocity) {
            weight.assign(weight.sub(descent));
            return;
          }
          const moved = velocity.mul(options.momentum).sub(descent);
          velocity.assign(moved);
          weight.assign(weight.add(moved));
        });
      });
    },
  };
}
