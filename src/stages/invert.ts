import { z } from 'zod';
import { createChanceStage, probabilityOption } from './by-chance.js';
import { defineStage } from './stage.js';
import { valueRangeOption } from './value-range.js';

/**
 * Turns some images into their negatives.
 * Formula: valueRange[0] + valueRange[1] - x, where chance < probability.
 * Source: torchvision's RandomInvert. Keras' RandomInvert leaves valueRange[0] out and compares the chance with a number
 * that is drawn itself, so that its factor of 1 inverts half of the images.
 */
export const invert = defineStage({
  options: z
    .strictObject({
      name: z.literal('invert'),
      probability: probabilityOption(0.5),
      valueRange: valueRangeOption
        .default([0, 255])
        .describe('The range of the incoming values, [low, high].'),
    })
    .describe('Turns a share of the training images into their negatives.')
    .meta({ examples: [{ name: 'invert', valueRange: [0, 1] }] }),
  create({ probability, valueRange }) {
    const sum = valueRange[0] + valueRange[1];
    return createChanceStage({
      formula: `${sum} - x`,
      probability,
      expects: valueRange,
      gives: ([low, high]) => [sum - high, sum - low],
      apply: (images) => images.neg().add(sum),
    });
  },
});
