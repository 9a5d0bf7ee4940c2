import { z } from 'zod';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { defineStage } from './stage.js';

/** Below this length an image has no contrast to normalise. Source: pylearn2's min_divisor. */
const leastLength = 1e-8;

/**
 * Global contrast normalisation: takes each image's mean away and gives what is left one length.
 * Formula: d = x - mean of the image, scale d / sqrt(bias + sum(d^2)); by "std", sum(d^2) / (n - 1) in place of the sum; where
 * the root is below 1e-8, d.
 * Source: pylearn2's global_contrast_normalize; maxout networks and most ZCA recipes of CIFAR-10 have scale 55, bias 0.
 */
export const gcn = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('gcn'),
      scale: z.number().positive().max(1e4).default(55).describe('The length that an image gets.'),
      bias: z
        .number()
        .min(0)
        .max(1e6)
        .default(0)
        .describe('Added to the squared length: keeps images of little contrast small.'),
      by: z
        .enum(['length', 'std'])
        .default('length')
        .describe(
          'What becomes "scale": the length of the image as a vector, or the deviation of its values.',
        ),
    })
    .describe('Takes the mean of each image away and gives all images one contrast.')
    .meta({ examples: [{ name: 'gcn' }, { name: 'gcn', scale: 1, bias: 10, by: 'std' }] }),
  create: ({ scale, bias, by }) => ({
    when: 'always',
    formula: `${scale} d / sqrt(${bias} + ${by === 'length' ? 'sum(d^2)' : 'sum(d^2) / (n - 1)'}), d = x - the mean of the image`,
    // Typical values of a deviation; a length leaves it open, until images are seen, how many values share it.
    gives: () => (by === 'std' ? [-3 * scale, 3 * scale] : [-Infinity, Infinity]),
    apply(images) {
      const [, height, width, channels] = images.shape;
      const divisor = by === 'length' ? 1 : height * width * channels - 1;
      return tensorflow().tidy(() => {
        const centred = images.sub(images.mean([1, 2, 3], true));
        const power = centred.square().sum([1, 2, 3], true).div(divisor).add(bias).sqrt();
        const length = power.div(scale);
        const isFlat = length.less(leastLength);
        const safe = tensorflow().where(isFlat, tensorflow().onesLike(length), length);
        return centred.div(safe) as Tensor4D;
      });
    },
  }),
});
