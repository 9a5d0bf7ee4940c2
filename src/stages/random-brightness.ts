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
 * Makes each image brighter or darker by one number of its own, and clips.
 * Formula: Keras: clip(x + f (valueRange[1] - valueRange[0]), valueRange), f from [-f, f]. torchvision: clip(x f, valueRange),
 * counted from the low end, f from [1 - f, 1 + f].
 * Source: Keras' RandomBrightness, with its default range 0..255 also where the images are 0..1: there 0.2 adds up to
 * 51, which leaves no image intact; torchvision's ColorJitter, which rounds down to whole levels on bytes.
 */
export const randomBrightness = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-brightness'),
      factor: adjustmentFactor(adjustments.brightness).describe(
        'Keras: largest shift as a share of the value range, or a pair [low, high]; positive is brighter. torchvision: ' +
          'f multiplies by 1 - f to 1 + f; a pair [low, high] by numbers between them.',
      ),
      dialect: dialectOption('keras', 'keras adds, torchvision multiplies.'),
      valueRange: clippedRangeOption,
    })
    .superRefine(checkFactor(adjustments.brightness))
    .describe('Makes each training image brighter or darker.')
    .meta({
      examples: [
        { name: 'random-brightness', factor: 0.2, valueRange: [0, 1] },
        { name: 'random-brightness', factor: 0.4, dialect: 'torchvision', valueRange: [0, 1] },
      ],
      alsoCalled: ['adjust-brightness', 'RandomBrightnessContrast', 'brightness-range'],
    }),
  create: (options) => ({
    ...createAdjustmentStage(adjustments.brightness[options.dialect], options),
    inPython: adjustmentInPython('brightness', options),
  }),
});
