import { z } from 'zod';
import { callPython } from '../text/python.js';
import { factorOption, renderNumber, symmetricRange } from './factor.js';
import { createGeometricStage, samplingInKeras, samplingOptions } from './geometric-stage.js';
import { defineStage, drawn } from './stage.js';

/**
 * Moves each image by shares of its height (positive: down) and width (positive: right), not rounded to pixels.
 * Formula: column = x - widthFraction W, row = y - heightFraction H.
 * Source: Keras' RandomTranslation. Its docstring names "constant" as the default fill; its code has "reflect".
 */
export const randomTranslation = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-translation'),
      heightFactor: factorOption(z.number().min(-1).max(1)).describe(
        'Largest shift as a share of the height, or a pair [low, high]; positive moves down.',
      ),
      widthFactor: factorOption(z.number().min(-1).max(1)).describe(
        'Largest shift as a share of the width, or a pair [low, high]; positive moves right.',
      ),
      ...samplingOptions,
    })
    .describe('Moves each training image up or down and left or right.')
    .meta({
      examples: [{ name: 'random-translation', heightFactor: 0.1, widthFactor: 0.1 }],
      alsoCalled: [
        'RandomTranslate',
        'translate',
        'RandomShift',
        'shift',
        'width-shift-range',
        'height-shift-range',
        'RandomAffine',
        'affine',
        'ShiftScaleRotate',
      ],
    }),
  create({ heightFactor, widthFactor, ...sampling }) {
    const [up, down] = symmetricRange(heightFactor);
    const [left, right] = symmetricRange(widthFactor);
    return createGeometricStage({
      formula: `moved down by ${renderNumber(up)} to ${renderNumber(down)} of the height and right by ${renderNumber(left)} to ${renderNumber(right)} of the width`,
      sampling,
      inPython: {
        keras: () => [
          callPython(
            'layers.RandomTranslation',
            [symmetricRange(heightFactor), symmetricRange(widthFactor)],
            samplingInKeras(sampling),
          ),
        ],
      },
      draw: (random, count) => ({
        heightFraction: random.uniform('heightFraction', { shape: [count], low: up, high: down }),
        widthFraction: random.uniform('widthFraction', { shape: [count], low: left, high: right }),
      }),
      map: (draw, { height, width }) => ({
        a: [1, 0, drawn(draw, 'widthFraction').mul(-width)],
        b: [0, 1, drawn(draw, 'heightFraction').mul(-height)],
      }),
    });
  },
});
