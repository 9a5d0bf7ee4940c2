import { z } from 'zod';
import { factorOption, renderNumber, symmetricRange } from './factor.js';
import { createGeometricStage, samplingOptions } from './geometric-stage.js';
import { defineStage, drawn } from './stage.js';

/**
 * Slants each image about its top left pixel.
 * Formula: s = sign > 0.5 ? -1 : 1; column = x + s xShear y, row = s yShear x + y.
 * Source: Keras' RandomShear. Its docstring gives the range of a factor f as (0, f); its code draws from (-f, f) and
 * then negates both shears of every second image. It shears about pixel (0, 0), not about the centre.
 */
export const randomShear = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-shear'),
      xFactor: factorOption(z.number().min(-1).max(1))
        .default(0)
        .describe('Largest shift of a row per row below the first, or a pair [low, high].'),
      yFactor: factorOption(z.number().min(-1).max(1))
        .default(0)
        .describe(
          'Largest shift of a column per column right of the first, or a pair [low, high].',
        ),
      ...samplingOptions,
    })
    .describe('Slants each training image about its top left pixel.')
    .meta({
      examples: [{ name: 'random-shear', xFactor: 0.2, yFactor: [0, 0.1] }],
      alsoCalled: ['skew', 'random-skew', 'shear-range', 'RandomAffine', 'affine'],
    }),
  create({ xFactor, yFactor, ...sampling }) {
    const [xLow, xHigh] = symmetricRange(xFactor);
    const [yLow, yHigh] = symmetricRange(yFactor);
    return createGeometricStage({
      formula: `pixel (x, y) reads (x + s a y, s b x + y), a from ${renderNumber(xLow)} to ${renderNumber(xHigh)}, b from ${renderNumber(yLow)} to ${renderNumber(yHigh)}, s -1 or 1`,
      sampling,
      draw: (random, count) => ({
        sign: random.uniform('sign', { shape: [count], low: 0, high: 1 }),
        yShear: random.uniform('yShear', { shape: [count], low: yLow, high: yHigh }),
        xShear: random.uniform('xShear', { shape: [count], low: xLow, high: xHigh }),
      }),
      map(draw) {
        const sign = drawn(draw, 'sign').greater(0.5).cast('float32').mul(-2).add(1);
        return {
          a: [1, drawn(draw, 'xShear').mul(sign), 0],
          b: [drawn(draw, 'yShear').mul(sign), 1, 0],
        };
      },
    });
  },
});
