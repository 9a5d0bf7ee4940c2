import { z } from 'zod';
import { createScopedStage, scopeOptions, scopeRule } from './by-chance.js';
import { stretchLevels } from './colour-operations.js';
import { fromLevels, toLevels } from './levels.js';
import { defineStage } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Stretches each channel of an image over the whole value range.
 * Formula: on values scaled to 0..255, clip((v - low) 255 / (high - low)), low and high those of the image's channel; a channel
 * of one value stays as it is. As an augmentation where chance < probability.
 * Source: torchvision's RandomAutocontrast, which rounds down to whole levels on bytes; Keras' AutoContrast does it to all
 * images, test images too.
 */
export const autoContrast = defineStage({
  options: z
    .strictObject({
      name: z.literal('auto-contrast'),
      ...scopeOptions,
      valueRange: clippedRangeOption,
    })
    .refine(scopeRule.holds, scopeRule.error)
    .describe('Stretches each channel of an image over the whole value range.')
    .meta({
      examples: [
        { name: 'auto-contrast', valueRange: [0, 1] },
        { name: 'auto-contrast', when: 'always' },
      ],
    }),
  create({ valueRange, ...scope }) {
    const [low, high] = valueRange;
    return createScopedStage(
      {
        formula: `the lowest value of each channel becomes ${low}, the highest ${high}`,
        expects: valueRange,
        gives: () => valueRange,
        apply(images) {
          const levels = toLevels(images, valueRange);
          const lowest = levels.min(1, true).min(2, true);
          const highest = levels.max(1, true).max(2, true);
          const stretched = stretchLevels(levels, { low: lowest, high: highest });
          return fromLevels(stretched, valueRange);
        },
      },
      scope,
      0.5,
    );
  },
});
