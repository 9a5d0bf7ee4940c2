import { z } from 'zod';
import { createChanceStage, probabilityOption } from './by-chance.js';
import { applyGamma } from './colour-operations.js';
import { drawnRange, factorOption, renderDrawn } from './factor.js';
import { fromLevels, toLevels } from './levels.js';
import { defineStage, drawn } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Raises the values of some images to a power of their own: below 1 brightens the dark parts, above 1 darkens them.
 * Formula: with u = (x - low) / (high - low) clipped to 0..1, low + (high - low) u^gamma, where chance < probability.
 * Source: torchvision's adjust_gamma with a gain of 1; the default range is that of Albumentations' RandomGamma.
 */
export const gamma = defineStage({
  options: z
    .strictObject({
      name: z.literal('gamma'),
      gamma: factorOption(z.number().positive().max(10))
        .default([0.8, 1.2])
        .describe('The power; or a pair [low, high] to draw it from. 1 changes nothing.'),
      probability: probabilityOption(1),
      valueRange: clippedRangeOption,
    })
    .describe('Brightens or darkens the middle values of a share of the training images.')
    .meta({
      examples: [{ name: 'gamma' }, { name: 'gamma', gamma: [0.5, 2], probability: 0.5 }],
    }),
  create({ gamma: power, probability, valueRange }) {
    const [lowest, highest] = drawnRange(power);
    return createChanceStage({
      formula: `u^g, u the share of the way from ${valueRange[0]} to ${valueRange[1]}, g ${renderDrawn([lowest, highest])}`,
      probability,
      expects: valueRange,
      gives: () => valueRange,
      draw: (random, count) => ({
        gamma: random.uniform('gamma', { shape: [count], low: lowest, high: highest }),
      }),
      apply(images, draw) {
        const exponent = drawn(draw, 'gamma').reshape([-1, 1, 1, 1]);
        return fromLevels(applyGamma(toLevels(images, valueRange), exponent), valueRange);
      },
    });
  },
});
