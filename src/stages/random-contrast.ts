import { z } from 'zod';
import {
  adjustmentFactor,
  adjustmentInPython,
  checkFactor,
  createAdjustmentStage,
} from './adjustment-stage.js';
import { adjustments, dialectOption } from './colour-adjustments.js';
import { defineStage } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Stretches or squeezes each image's values about a mean, and clips.
 * Formula: clip((x - m) f + m, valueRange). Keras: m the mean of the image's channel; torchvision: m the mean of the image's
 * grey.
 * Source: Keras' RandomContrast. Its docstring promises [1 - f, 1 + f] for a number f; its code draws from [1, 1 + f].
 * torchvision's ColorJitter, which rounds down to whole levels on bytes; Pillow rounds the mean.
 */
export const randomContrast = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-contrast'),
      factor: adjustmentFactor(adjustments.contrast).describe(
        'Keras: f draws from [1, 1 + f] (as Keras does: never less contrast); a pair [a, b] from [1 - a, 1 + b], the ' +
          'lower number first. torchvision: f draws from [1 - f, 1 + f]; a pair from itself.',
      ),
      dialect: dialectOption(
        'keras',
        'keras stretches about the mean of each channel, torchvision about that of the grey image.',
      ),
      valueRange: clippedRangeOption,
    })
    .superRefine(checkFactor(adjustments.contrast))
    .describe('Changes the contrast of each training image, about a mean of its own.')
    .meta({
      examples: [
        { name: 'random-contrast', factor: 0.2, valueRange: [0, 1] },
        { name: 'random-contrast', factor: 0.4, dialect: 'torchvision', valueRange: [0, 1] },
      ],
      alsoCalled: ['adjust-contrast', 'RandomBrightnessContrast'],
    }),
  create: (options) => ({
    ...createAdjustmentStage(adjustments.contrast[options.dialect], options),
    inPython: adjustmentInPython('contrast', options),
  }),
});
