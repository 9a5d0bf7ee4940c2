import { z } from 'zod';
import { type Tensor, tensorflow, type Variable } from '../../graph/tensorflow.js';
import { createVariable } from '../../graph/variable.js';
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
      beta1: z.number().min(0).lt(1).default(0.9).describe("Decay of the gradient's mean."),
      beta2: z.number().min(0).lt(1).default(0.999).describe("Decay of the gradient's square."),
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
    const firstMoments = weights.map((weight) => createVariable(tf.zeros(weight.shape)));
    const secondMoments = weights.map((weight) => createVariable(tf.zeros(weight.shape)));
    return {
      state: [...firstMoments, ...secondMoments],
      apply(gradients) {
        tf.tidy(() => {
          const t = iteration.add(tf.scalar(1, 'int32')).cast('float32');
          const correction = (beta: number) => tf.sub(1, tf.pow(tf.scalar(beta), t));
          const rate = learningRate()
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
  },
});
