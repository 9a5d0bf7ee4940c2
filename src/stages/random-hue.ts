import { z } from 'zod';
import { adjustmentFactor, checkFactor, createColourAdjustment } from './adjustment-stage.js';
import { adjustments, dialectOption } from './colour-adjustments.js';
import { defineStage } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Turns the hue of each image by one angle of its own.
 * Formula: H of HSV becomes (H + t) mod 1, in turns. Keras: t = s f / 2, s = -1 where `sign` > 0.5, else 1, f from [0, f].
 * torchvision: t from [-f, f].
 * Source: Keras' RandomHue; torchvision's ColorJitter, which rounds to whole levels on bytes. One number so means half as
 * much in Keras.
 */
export const randomHue = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-hue'),
      factor: adjustmentFactor(adjustments.hue).describe(
        'Keras: largest angle in half turns, 0 to 1, or a pair of them, with a sign of its own. torchvision: largest ' +
          'angle in turns, 0 to 0.5, or a pair [low, high].',
      ),
      dialect: dialectOption('keras', 'keras counts in half turns, torchvision in turns.'),
      valueRange: clippedRangeOption,
    })
    .superRefine(checkFactor(adjustments.hue))
    .describe('Turns the hue of each training image.')
    .meta({
      alsoCalled: ['HueSaturationValue'],
      examples: [
        { name: 'random-hue', factor: 0.2, valueRange: [0, 1] },
        { name: 'random-hue', factor: 0.1, dialect: 'torchvision', valueRange: [0, 1] },
      ],
    }),
  create: ({ dialect, ...options }) => createColourAdjustment(adjustments.hue[dialect], options),
});
