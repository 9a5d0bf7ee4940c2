import { z } from 'zod';
import type { Tensor4D } from '../graph/tensorflow.js';
import { createChanceStage, probabilityOption } from './by-chance.js';
import { solarizeLevels } from './colour-operations.js';
import { drawnRange, factorOption, renderDrawn } from './factor.js';
import { fromLevels, toLevels, topLevel } from './levels.js';
import { defineStage, drawn, type ValueRange } from './stage.js';
import { clippedRangeOption } from './value-range.js';

const share = factorOption(z.number().min(0).max(1));

/**
 * Turns the bright values of some images into their negatives.
 * Formula: on values scaled to 0..255, v = clip(x + 255 addition); v < 255 threshold ? v : 255 - v; where chance <
 * probability.
 * Source: torchvision's RandomSolarize, whose threshold is a value, not a share; the addition is that of Keras' Solarization
 * and of AutoAugment's SolarizeAdd. A threshold of 1 so inverts values of 255, as both do. Keras' own default, a threshold of
 * 0, inverts everything.
 */
export const solarize = defineStage({
  options: z
    .strictObject({
      name: z.literal('solarize'),
      threshold: share
        .default(0.5)
        .describe(
          'Values from here on are inverted: a share of the value range, or a pair [low, high] to draw it from.',
        ),
      addition: share
        .default(0)
        .describe(
          'Added before, as a share of the value range; or a pair [low, high] to draw it from.',
        ),
      probability: probabilityOption(0.5),
      valueRange: clippedRangeOption,
    })
    .describe('Turns the bright values of a share of the training images into their negatives.')
    .meta({
      examples: [
        { name: 'solarize', valueRange: [0, 1] },
        { name: 'solarize', threshold: [0, 0.8], addition: [0, 0.2], probability: 1 },
      ],
    }),
  create({ threshold, addition, probability, valueRange }) {
    const [thresholds, additions] = [drawnRange(threshold), drawnRange(addition)];
    const places = `${valueRange[0]} to ${valueRange[1]}`;
    return createChanceStage({
      formula: `${renderDrawn(additions)} of the way from ${places} is added, then what is at ${renderDrawn(thresholds)} of it or beyond is inverted`,
      probability,
      expects: valueRange,
      gives: () => valueRange,
      draw(random, count) {
        const level = ([low, high]: ValueRange) => ({
          shape: [count],
          low: low * topLevel,
          high: high * topLevel,
        });
        return {
          addition: random.uniform('addition', level(additions)),
          threshold: random.uniform('threshold', level(thresholds)),
        };
      },
      apply(images, draw) {
        const levelOf = (name: string) => drawn(draw, name).reshape([-1, 1, 1, 1]);
        const levels = toLevels(images, valueRange).add(levelOf('addition'));
        const clipped = levels.clipByValue(0, topLevel) as Tensor4D;
        return fromLevels(solarizeLevels(clipped, levelOf('threshold')), valueRange);
      },
    });
  },
});
