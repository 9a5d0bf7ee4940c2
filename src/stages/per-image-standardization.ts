import { z } from 'zod';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { defineStage } from './stage.js';

/**
 * Gives each image mean 0 and deviation 1, by statistics of its own.
 * Formula: (x - mean) / max(std, 1 / sqrt(n)), over all n values of the image, std with divisor n: an image of one colour
 * becomes 0.
 * Source: tf.image.per_image_standardization. Its floor of 1 / sqrt(n), 0.018 for CIFAR-10, is made for values 0..255 and hardly
 * differs on 0..1.
 */
export const perImageStandardization = defineStage({
  schedule: 'none',
  options: z
    .strictObject({ name: z.literal('per-image-standardization') })
    .describe('Subtracts the mean of each image and divides by its deviation.')
    .meta({ examples: [{ name: 'per-image-standardization' }] }),
  create: () => ({
    when: 'always',
    formula: "(x - mean) / max(std, 1 / sqrt(n)), both of the image's own n values",
    // Typical values, as of zscore.
    gives: () => [-2.5, 2.5],
    apply(images) {
      const [, height, width, channels] = images.shape;
      const floor = 1 / Math.sqrt(height * width * channels);
      return tensorflow().tidy(() => {
        const centred = images.sub(meanOf(images));
        const deviation = meanOf(centred.square()).sqrt();
        return centred.div(deviation.maximum(floor)) as Tensor4D;
      });
    },
  }),
});

function meanOf(images: Tensor): Tensor {
  return images.mean([1, 2, 3], true);
}
