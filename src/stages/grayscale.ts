import { z } from 'zod';
import { createScopedStage, scopeOptions, scopeRule } from './by-chance.js';
import { requireColour } from './colour-adjustments.js';
import { greyOf } from './colour-operations.js';
import { defineStage } from './stage.js';

/**
 * Replaces the colours of an image by its grey, in all three channels.
 * Formula: 0.2989 r + 0.587 g + 0.114 b. As an augmentation where chance < probability.
 * Source: torchvision's RandomGrayscale, which rounds down to whole levels on bytes, and Keras' RandomGrayscale. The weights
 * sum to 0.9999: white becomes a little darker. Pillow's are 0.299, 0.587 and 0.114.
 */
export const grayscale = defineStage({
  options: z
    .strictObject({ name: z.literal('grayscale'), ...scopeOptions })
    .refine(scopeRule.holds, scopeRule.error)
    .describe('Takes the colours of an image away.')
    .meta({
      alsoCalled: ['RandomGrayscale', 'ToGray'],
      examples: [
        { name: 'grayscale', probability: 0.5 },
        { name: 'grayscale', when: 'always' },
      ],
    }),
  create: (scope) => ({
    ...createScopedStage(
      {
        formula: '0.2989 r + 0.587 g + 0.114 b in all channels',
        gives: ([low, high]) => [Math.min(low, low * greySum), Math.max(high, high * greySum)],
        apply: greyOf,
      },
      scope,
      0.1,
    ),
    outputShape: requireColour,
  }),
});

const greySum = 0.9999;
