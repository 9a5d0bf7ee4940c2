import { z } from 'zod';
import { measurePixels } from './pixel-statistics.js';
import { defineStage, type Fitted } from './stage.js';
import { standardise, standardiseInPython } from './standardise.js';

const scopes = {
  channel: 'for each channel',
  global: 'one pair for all values',
  pixel: 'for each value of an image',
};

/**
 * Shifts and scales the values to mean 0 and standard deviation 1, by statistics of the training images alone.
 * Formula: (x - mean) / (std + epsilon), std with divisor n; where std is 0, (x - mean), so that no value becomes
 * infinite.
 * Source: the study's two forms, per channel without epsilon and global with 1e-7.
 */
export const zscore = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('zscore'),
      per: z
        .enum(['channel', 'global', 'pixel'])
        .default('channel')
        .describe(
          'What has a mean and a deviation of its own: each channel, each value of an image ("pixel"), or ' +
            'none ("global": one pair for all).',
        ),
      epsilon: z.number().min(0).max(1).default(0).describe('Added to the standard deviation.'),
    })
    .describe('Subtracts the mean and divides by the deviation of the training images.')
    .meta({
      examples: [
        { name: 'zscore' },
        { name: 'zscore', per: 'global', epsilon: 1e-7 },
        { name: 'zscore', per: 'pixel' },
      ],
      alsoCalled: [
        'standardize',
        'standardise',
        'standard-scaler',
        'standardization',
        'standardisation',
        'featurewise-std-normalization',
      ],
    }),
  create: ({ per, epsilon }) => ({
    when: 'always',
    formula: `(x - mean) / ${epsilon === 0 ? 'std' : `(std + ${epsilon})`}, both of the training images, ${scopes[per]}`,
    // Typical values: a mean 2.5 deviations from either end of the range is rare in photographs.
    gives: () => [-2.5, 2.5],
    fit: (images) => ({ ...measurePixels(images, per) }),
    apply: (images, { fitted }) => standardise(images, numbersOf(fitted, epsilon)),
    inPython: standardiseInPython(({ fitted }) => numbersOf(fitted, epsilon)),
  }),
});

function numbersOf({ mean, std }: Fitted, epsilon: number) {
  if (!mean || !std) throw new Error('zscore was applied before it was fitted.');
  return {
    mean,
    divisors: std.map((deviation) => (deviation === 0 ? 1 : deviation + epsilon)),
  };
}
