import { z } from 'zod';
import { runAdam } from '../../graph/adam.js';
import { hasOwnKernels } from '../../graph/own-kernels.js';
import { type Tensor, tensorflow, type Variable } from '../../graph/tensorflow.js';
import { betaSchemas, createMoments } from './moments.js';
import { defineOptimizer, learningRateSchema } from './optimizer.js';

/**
 * Formula: m += (g - m)(1 - b1); v += (g^2 - v)(1 - b2); w -= lr * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon).
 * Source: keras/src/optimizers/adam.py. Epsilon stands beside the uncorrected sqrt(v), other than in the paper
 * (Kingma and Ba 2015), and the powers of the betas are taken in float32: both change losses in the third digit.
 */
export const adam = defineOptimizer({
  options: z
    .strictObject({
      name: z.literal('adam'),
      learningRate: learningRateSchema.default(0.001).describe('Step size.'),
      ...betaSchemas,
      epsilon: z
        .number()
        .positive()
        .max(1)
        .default(1e-7)
        .describe('Added to the root, as in Keras.'),
    })
    .describe("Adam, with Keras' defaults."),
  create(options, { weights, iteration, learningRate }) {
    const tf = tensorflow();
    const moments = createMoments(weights, options);
    return {
      state: moments.state,
      apply(gradients) {
        tf.tidy(() => {
          const t = iteration.add(tf.scalar(1, 'int32')).cast('float32');
          const correction = (beta: number) => tf.sub(1, tf.pow(tf.scalar(beta), t));
          const rate = learningRate()
            .mul(correction(options.beta2).sqrt())
            .div(correction(options.beta1));
          if (hasOwnKernels()) {
            const before = { weights, firstMoments: moments.first, secondMoments: moments.second };
            const after = runAdam(before, gradients, { ...options, rate });
            assignAll(weights, after.weights);
            assignAll(moments.first, after.firstMoments);
            assignAll(moments.second, after.secondMoments);
            return;
          }
          weights.forEach((weight, index) => {
            const { m, v } = moments.move(index, gradients[index] as Tensor);
            weight.assign(weight.sub(m.mul(rate).div(v.sqrt().add(options.epsilon))));
          });
        });
      },
    };
  },
});

function assignAll(variables: readonly Variable[], values: readonly Tensor[]): void {
  variables.forEach((variable, index) => {
    variable.assign(values[index] as Tensor);
  });
}
