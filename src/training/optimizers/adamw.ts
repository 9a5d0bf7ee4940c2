import { z } from 'zod';
import { type Tensor, tensorflow } from '../../graph/tensorflow.js';
import { betaSchemas, createMoments } from './moments.js';
import { defineOptimizer, learningRateSchema, weightDecaySchema } from './optimizer.js';

/**
 * Formula: w -= lr * decay * w; m += (g - m)(1 - b1); v += (g^2 - v)(1 - b2);
 * w -= lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon).
 * Source: torch.optim.AdamW (Loshchilov and Hutter 2019). Other than in "adam", epsilon stands beside the corrected root.
 */
export const adamw = defineOptimizer({
  options: z
    .strictObject({
      name: z.literal('adamw'),
      learningRate: learningRateSchema.default(0.001).describe('Step size.'),
      ...betaSchemas,
      epsilon: z
        .number()
        .positive()
        .max(1)
        .default(1e-8)
        .describe('Added to the root, as in PyTorch.'),
      weightDecay: weightDecaySchema
        .default(0.01)
        .describe('Share of a weight that a step of learning rate 1 takes away.'),
    })
    .describe("Adam with decoupled weight decay, with PyTorch's defaults."),
  create(options, { weights, iteration, learningRate }) {
    const tf = tensorflow();
    const moments = createMoments(weights, options);
    return {
      state: moments.state,
      apply(gradients) {
        tf.tidy(() => {
          const t = iteration.add(tf.scalar(1, 'int32')).cast('float32');
          // 1 - beta^t without the digits that float32 loses where beta^t is near 1.
          const correction = (beta: number) => t.mul<Tensor>(Math.log(beta)).expm1().neg();
          const rate = learningRate();
          const step = options.beta1 === 0 ? rate : rate.div<Tensor>(correction(options.beta1));
          const root = options.beta2 === 0 ? tf.scalar(1) : correction(options.beta2).sqrt();
          const kept = tf.sub(1, rate.mul(options.weightDecay));
          weights.forEach((weight, index) => {
            const { m, v } = moments.move(index, gradients[index] as Tensor);
            const denominator = v.sqrt().div<Tensor>(root).add(options.epsilon);
            weight.assign(weight.mul(kept).sub(m.mul<Tensor>(step).div(denominator)));
          });
        });
      },
    };
  },
});
