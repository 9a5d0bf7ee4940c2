import { z } from 'zod';
import { defineStage } from './stage.js';
import { createWhiteningStage, whiteningOptions } from './whitening.js';

/**
 * Makes the values of an image uncorrelated, each of variance 1, and keeps them as near to the image as that allows.
 * Formula: (x - mean) V diag(1 / sqrt(l + epsilon)) V', V and l of the covariance (divisor n) of the training images.
 * Source: Krizhevsky 2009, pylearn2's ZCA and keras-preprocessing's zca_whitening; both fit on all images. pylearn2's epsilon
 * is 0.1 on values of which gcn made a length of 55, keras-preprocessing's 1e-6.
 */
export const zca = defineStage({
  schedule: 'none',
  options: z
    .strictObject({ name: z.literal('zca'), ...whiteningOptions })
    .describe('Whitens the images by the covariance of the training images, and turns them back.')
    .meta({
      alsoCalled: ['ZCAWhitening'],
      examples: [{ name: 'zca', epsilon: 0.1, imageCount: 2000 }],
    }),
  create: ({ epsilon, imageCount }) =>
    createWhiteningStage({
      form: 'zca',
      epsilon,
      imageCount,
      formula: `(x - mean) V diag(1 / sqrt(l + ${epsilon})) V', l and V of the covariance of the first ${imageCount} training images`,
    }),
});
