import { z } from 'zod';
import { adjustmentFactor, checkFactor, createColourAdjustment } from './adjustment-stage.js';
import { adjustments, dialectOption } from './colour-adjustments.js';
import { type Factor, renderNumber } from './factor.js';
import { defineStage, type ValueRange } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Makes the colours of each image stronger or weaker by one number of its own, and clips.
 * Formula: Keras: S of HSV becomes clip(S f / (1 - f + 1e-7), valueRange), 0.5 changes nothing. torchvision:
 * clip(x f + g (1 - f), valueRange), g = 0.2989 r + 0.587 g + 0.114 b, 1 changes nothing.
 * Source: Keras' RandomSaturation, whose number f draws from [-f, f] although its docstring says [0, f]: what is below 0 is
 * grey. With its range 0..255, S, which is a share, is not clipped at 1, and values become negative. torchvision's
 * ColorJitter, which rounds down to whole levels on bytes, the grey too.
 */
export const randomSaturation = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-saturation'),
      factor: adjustmentFactor(adjustments.saturation).describe(
        'Keras: f draws from [-f, f], a pair from itself; 0 is grey, 0.5 changes nothing. torchvision: f draws from ' +
          '[1 - f, 1 + f], a pair from itself; 0 is grey, 1 changes nothing.',
      ),
      dialect: dialectOption(
        'keras',
        'keras scales the S of HSV, torchvision the distance from the grey of each pixel.',
      ),
      valueRange: clippedRangeOption,
    })
    .superRefine(checkFactor(adjustments.saturation))
    .describe('Makes the colours of each training image stronger or weaker.')
    .meta({
      examples: [
        { name: 'random-saturation', factor: [0.4, 0.6], valueRange: [0, 1] },
        { name: 'random-saturation', factor: 0.4, dialect: 'torchvision', valueRange: [0, 1] },
      ],
    }),
  create: ({ dialect, ...options }) => ({
    ...createColourAdjustment(adjustments.saturation[dialect], options),
    traps: () => (dialect === 'keras' ? findTraps(options) : []),
  }),
});

function findTraps({ factor, valueRange }: { factor: Factor; valueRange: ValueRange }): string[] {
  const [low, high] = adjustments.saturation.keras.boundsOf(factor);
  const greyShare = low < 0 ? Math.min(1, -low / (high - low || 1)) : 0;
  return [
    ...(greyShare > 0
      ? [
          `"random-saturation" with dialect "keras" draws from ${renderNumber(low)} to ${renderNumber(high)}, and makes grey what draws below 0: ${renderNumber(100 * greyShare)} % of the images. 0.5 changes nothing: write a pair such as [0.4, 0.6].`,
        ]
      : []),
    ...(valueRange[1] > 1 && high > 0.5
      ? [
          `"random-saturation" with dialect "keras" clips the saturation, a share of 1, at ${valueRange[1]}: values become negative. Put it behind "minmax", with "valueRange": [0, 1].`,
        ]
      : []),
  ];
}
