import { z } from 'zod';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { factorOption, renderNumber, symmetricRange } from './factor.js';
import { defineStage, drawn } from './stage.js';
import { clampRange, valueRangeOption } from './value-range.js';

/**
 * Makes each image brighter or darker by one number of its own, in units of the value range, and clips.
 * Formula: clip(x + factor (valueRange[1] - valueRange[0]), valueRange).
 * Source: Keras' RandomBrightness, with its default range 0..255 also where the images are 0..1: there 0.2 adds up to
 * 51, which leaves no image intact.
 */
export const randomBrightness = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-brightness'),
      factor: factorOption(z.number().min(-1).max(1)).describe(
        'Largest shift as a share of the value range, or a pair [low, high]; positive is brighter.',
      ),
      valueRange: valueRangeOption
        .default([0, 255])
        .describe('The range of the incoming values, [low, high]; results are clipped to it.'),
    })
    .describe('Makes each training image brighter or darker.')
    .meta({
      examples: [{ name: 'random-brightness', factor: 0.2, valueRange: [0, 1] }],
      alsoCalled: [
        'ColorJitter',
        'RandomColorJitter',
        'ColourJitter',
        'RandomJitter',
        'jitter',
        'adjust-brightness',
        'RandomBrightnessContrast',
        'RandomPhotometricDistort',
        'photometric-distortion',
        'brightness-range',
      ],
    }),
  create({ factor, valueRange }) {
    const [darkest, brightest] = symmetricRange(factor);
    const [bottom, top] = valueRange;
    const width = top - bottom;
    return {
      when: 'train',
      formula: `clip(x + f * ${renderNumber(width)}, ${bottom}, ${top}), f from ${renderNumber(darkest)} to ${renderNumber(brightest)}`,
      expects: valueRange,
      gives: ([low, high]) =>
        clampRange([low + darkest * width, high + brightest * width], valueRange),
      draw: (random, count) => ({
        factor: random.uniform('factor', { shape: [count], low: darkest, high: brightest }),
      }),
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          const shift = drawn(draw, 'factor').mul(width).reshape([-1, 1, 1, 1]);
          return images.add(shift).clipByValue(bottom, top) as Tensor4D;
        }),
    };
  },
});
