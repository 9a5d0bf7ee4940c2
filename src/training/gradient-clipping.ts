import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { measureGlobalNorm } from './gradient-norm.js';

/** The `gradientClipping` part of a recipe. */
export const gradientClippingSchema = z
  .strictObject({
    norm: z
      .number()
      .positive()
      .exactOptional()
      .describe('The gradient of all weights together is shortened to this Euclidean norm.'),
    value: z
      .number()
      .positive()
      .exactOptional()
      .describe('Each number of the gradient is kept between this and its negative.'),
  })
  .refine(({ norm, value }) => (norm === undefined) !== (value === undefined), {
    error: 'must have one of "norm" and "value"',
  });

export type GradientClipping = z.output<typeof gradientClippingSchema>;

/**
 * Formula: norm: g * min(1, norm / |g|) with |g| over all weights; value: min(max(g, -value), value). Traceable.
 * Source: Keras' global_clipnorm and clipvalue. PyTorch's clip_grad_norm_ divides by |g| + 1e-6.
 */
export function clipGradients(
  gradients: readonly Tensor[],
  { norm, value }: GradientClipping,
): Tensor[] {
  const tf = tensorflow();
  if (value !== undefined) return gradients.map((gradient) => gradient.clipByValue(-value, value));
  if (norm === undefined || gradients.length === 0) return [...gradients];
  const share = tf.minimum<Tensor>(1, tf.scalar(norm).div(measureGlobalNorm(gradients)));
  return gradients.map((gradient) => gradient.mul(share));
}
