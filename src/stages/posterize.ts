import { z } from 'zod';
import { createChanceStage, probabilityOption } from './by-chance.js';
import { posterizeLevels } from './colour-operations.js';
import { drawnRange, factorOption, renderDrawn } from './factor.js';
import { fromLevels, toWholeLevels } from './levels.js';
import { defineStage, drawn } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Keeps the highest bits of the values of some images, so that few levels are left.
 * Formula: on whole levels 0..255, s floor(v / s), s = 2^(8 - bits), where chance < probability.
 * Source: torchvision's RandomPosterize and Keras' RandomPosterization, which never draws the higher end of its pair. Keras
 * scales 0..1 to levels without a care for rounding, so that a value may end a level lower.
 */
export const posterize = defineStage({
  options: z
    .strictObject({
      name: z.literal('posterize'),
      bits: factorOption(z.int().min(0).max(8))
        .default(4)
        .describe(
          'How many of the 8 bits are kept: fewer is stronger, 8 changes nothing but rounds down to whole levels; or a ' +
            'pair [low, high] to draw from, both included.',
        ),
      probability: probabilityOption(0.5),
      valueRange: clippedRangeOption,
    })
    .describe('Leaves few levels in a share of the training images.')
    .meta({
      examples: [
        { name: 'posterize', valueRange: [0, 1] },
        { name: 'posterize', bits: [2, 6], probability: 1 },
      ],
    }),
  create({ bits, probability, valueRange }) {
    const [fewest, most] = drawnRange(bits);
    return createChanceStage({
      formula: `values as bytes from ${valueRange[0]} to ${valueRange[1]}, of which the highest bits stay: ${renderDrawn([fewest, most])}`,
      probability,
      expects: valueRange,
      gives: () => valueRange,
      draw: (random, count) => ({
        bits: random.uniform('bits', { shape: [count], low: fewest, high: most + 1 }),
      }),
      apply(images, draw) {
        // A draw is below most + 1; one that is given may be just that.
        const kept = drawn(draw, 'bits').floor().clipByValue(fewest, most);
        const levels = toWholeLevels(images, valueRange);
        return fromLevels(posterizeLevels(levels, kept.reshape([-1, 1, 1, 1])), valueRange);
      },
    });
  },
});
