import { z } from 'zod';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { type Factor, factorOption, renderNumber, symmetricRange } from './factor.js';
import { defineStage, drawn, type ValueRange } from './stage.js';
import { clampRange, valueRangeOption } from './value-range.js';

/**
 * Stretches or squeezes each image's values about the mean of each of its channels, and clips.
 * Formula: clip((x - m) factor + m, valueRange), m the mean of the image's channel.
 * Source: Keras' RandomContrast. Its docstring promises [1 - f, 1 + f] for a number f; its code draws from [1, 1 + f].
 */
export const randomContrast = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-contrast'),
      factor: factorOption(z.number().min(0).max(1)).describe(
        'f draws from [1, 1 + f] (as Keras does: never less contrast); a pair [a, b] from [1 - a, 1 + b], the ' +
          'lower number first.',
      ),
      valueRange: valueRangeOption
        .default([0, 255])
        .describe('The range of the incoming values, [low, high]; results are clipped to it.'),
    })
    .describe('Changes the contrast of each training image, each channel about its mean.')
    .meta({
      examples: [{ name: 'random-contrast', factor: 0.2, valueRange: [0, 1] }],
      alsoCalled: [
        'ColorJitter',
        'RandomColorJitter',
        'ColourJitter',
        'RandomJitter',
        'jitter',
        'adjust-contrast',
        'RandomBrightnessContrast',
        'RandomPhotometricDistort',
        'photometric-distortion',
      ],
    }),
  create({ factor, valueRange }) {
    const [weakest, strongest] = contrastRange(factor);
    return {
      when: 'train',
      formula: `clip((x - m) * c + m, ${valueRange[0]}, ${valueRange[1]}), c from ${renderNumber(weakest)} to ${renderNumber(strongest)}, m the mean of the image's channel`,
      expects: valueRange,
      gives: (range) => clampRange(stretchRange(range, strongest), valueRange),
      draw: (random, count) => ({
        factor: random.uniform('factor', { shape: [count], low: weakest, high: strongest }),
      }),
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          // Repeated over a row: subtracting and adding three numbers a pixel takes TensorFlow three times as long.
          const mean = images.mean(1, true).mean(2, true).tile([1, 1, images.shape[2], 1]);
          const contrast = drawn(draw, 'factor').reshape([-1, 1, 1, 1]);
          const stretched = images.sub(mean).mul(contrast).add(mean);
          return stretched.clipByValue(valueRange[0], valueRange[1]) as Tensor4D;
        }),
    };
  },
});

function contrastRange(factor: Factor): ValueRange {
  const [less, more] = typeof factor === 'number' ? [0, factor] : symmetricRange(factor);
  return [1 - less, 1 + more];
}

/** The range that values can reach when each end is moved away from a mean at the other end. */
function stretchRange([low, high]: ValueRange, contrast: number): ValueRange {
  if (contrast <= 1 || !Number.isFinite(high - low)) return [low, high];
  const growth = (contrast - 1) * (high - low);
  return [low - growth, high + growth];
}
