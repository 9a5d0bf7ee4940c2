import { z } from 'zod';
import type { Tensor4D } from '../graph/tensorflow.js';
import { createChanceStage, probabilityOption } from './by-chance.js';
import { type Dialect, dialectOption } from './colour-adjustments.js';
import { type Factor, factorOption, renderDrawn, symmetricRange } from './factor.js';
import { smoothAll, smoothInside } from './smooth.js';
import { defineStage, drawn, type ValueRange } from './stage.js';
import { clampRange, clippedRangeOption } from './value-range.js';

/**
 * Makes some images sharper or softer, by moving each pixel away from the mean of its neighbourhood or towards it.
 * Formula: clip(s + f (x - s)), s = (sum of the 3 x 3 pixels around + 4 x) / 13, where chance < probability. torchvision:
 * f as given, pixels at the border stay. Keras: f = 2 u, u from [0, factor]; beyond the border are zeros, which darkens it.
 * Source: torchvision's RandomAdjustSharpness, which rounds s and the result on bytes (and Pillow's ImageEnhance.Sharpness);
 * Keras' RandomSharpness.
 */
export const sharpness = defineStage({
  options: z
    .strictObject({
      name: z.literal('sharpness'),
      factor: factorOption(z.number().min(0).max(10)).describe(
        'For torchvision 0 is smooth, 1 changes nothing, 2 sharpens; a pair [low, high] is drawn from. Keras: u from 0 to this, ' +
          'or from a pair; 0 is smooth, 0.5 changes nothing, 1 sharpens.',
      ),
      dialect: dialectOption(
        'torchvision',
        'torchvision leaves the border as it is, keras darkens it and counts in half factors.',
      ),
      probability: probabilityOption(0.5),
      valueRange: clippedRangeOption,
    })
    .describe('Makes a share of the training images sharper or softer.')
    .meta({
      examples: [
        { name: 'sharpness', factor: 2, valueRange: [0, 1] },
        { name: 'sharpness', factor: [0, 1], dialect: 'keras', probability: 1 },
      ],
    }),
  create({ factor, dialect, probability, valueRange }) {
    const bounds = boundsOf(factor, dialect);
    const smooth = { torchvision: smoothInside, keras: smoothAll }[dialect];
    const scale = dialect === 'keras' ? 2 : 1;
    return createChanceStage({
      formula: `clip(s + f * (x - s), ${valueRange[0]}, ${valueRange[1]}), s the mean of the pixels around, f ${renderDrawn([scale * bounds[0], scale * bounds[1]])}`,
      probability,
      expects: valueRange,
      gives: (input) => clampRange(spread(input, scale * bounds[1]), valueRange),
      draw: (random, count) => ({
        factor: random.uniform('factor', { shape: [count], low: bounds[0], high: bounds[1] }),
      }),
      apply(images, draw) {
        const smoothed = smooth(images);
        const amount = drawn(draw, 'factor').mul(scale).reshape([-1, 1, 1, 1]);
        const moved = smoothed.add(images.sub(smoothed).mul(amount));
        return moved.clipByValue(valueRange[0], valueRange[1]) as Tensor4D;
      },
    });
  },
});

function boundsOf(factor: Factor, dialect: Dialect): ValueRange {
  if (typeof factor !== 'number') return symmetricRange(factor);
  return dialect === 'keras' ? [0, factor] : [factor, factor];
}

/** What values can reach when each end is moved away from a mean at the other end; zeros beyond the border included. */
function spread([low, high]: ValueRange, most: number): ValueRange {
  const [least, largest] = [Math.min(low, 0), Math.max(high, 0)];
  const growth = Number.isFinite(largest - least) ? Math.max(0, most - 1) * (largest - least) : 0;
  return [least - growth, largest + growth];
}
