import { z } from 'zod';
import { defineStage } from './stage.js';
import { createWhiteningStage, whiteningOptions } from './whitening.js';

/**
 * Turns the values of an image to the principal directions of the training images, each of variance 1. What comes out has
 * the shape of the image but is none: the first value is that of the direction of largest variance.
 * Formula: (x - mean) V diag(1 / sqrt(l + epsilon)), V and l of the covariance (divisor n) of the training images.
 * Source: scikit-learn's PCA(whiten=True), whose divisor is n - 1 and whose epsilon is 0.
 */
export const pcaWhitening = defineStage({
  schedule: 'none',
  options: z
    .strictObject({ name: z.literal('pca-whitening'), ...whiteningOptions })
    .describe(
      'Turns images to the principal directions of the training images, each of variance 1.',
    )
    .meta({ examples: [{ name: 'pca-whitening', epsilon: 0.1, imageCount: 2000 }] }),
  create: ({ epsilon, imageCount }) =>
    createWhiteningStage({
      form: 'pca',
      epsilon,
      imageCount,
      formula: `(x - mean) V diag(1 / sqrt(l + ${epsilon})), l and V of the covariance of the first ${imageCount} training images`,
    }),
});
