import { z } from 'zod';
import { gather } from '../graph/resident.js';
import { tensorflow } from '../graph/tensorflow.js';
import { fillMarked, placesOf, wholePlace } from './rectangle.js';
import { defineStage, drawn } from './stage.js';
import { includeInRange } from './value-range.js';

/**
 * Fills squares that lie in a grid over each image with one value.
 * Formula: period p is floor(period), drawn anew for each image; row y is free where (y - floor(row p)) mod p is below
 * ceil(keep p), columns likewise; what is free neither way is filled.
 * Source: Chen et al. 2020, https://arxiv.org/abs/2001.04086, and their code with mode 1 and rotate 1 (the grid is not
 * turned). Their probability grows over the training; here it stays.
 */
export const gridMask = defineStage({
  options: z
    .strictObject({
      name: z.literal('grid-mask'),
      period: z
        .tuple([z.int().min(2), z.int().min(2).max(4096)])
        .refine(([low, high]) => low <= high, { error: 'must be [low, high] with low up to high' })
        .describe('Pixels from one square to the next, [low, high], both included.'),
      keep: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .describe('The share of a period that stays free, in rows and in columns.'),
      probability: z.number().min(0).max(1).default(1).describe('The share of masked images.'),
      fillValue: z
        .number()
        .default(0)
        .describe(
          'The value of the squares; 0 is black before a normalisation, the mean after it.',
        ),
    })
    .describe('Fills squares in a grid over each training image with one value.')
    .meta({ examples: [{ name: 'grid-mask', period: [6, 12] }] }),
  create({ period: [low, high], keep, probability, fillValue }) {
    return {
      when: 'train',
      formula: `squares of a grid, ${low} to ${high} pixels apart, become ${fillValue}; ${keep} of a period stays free${probability < 1 ? `; for ${probability} of the images` : ''}`,
      gives: (range) => includeInRange(range, fillValue),
      draw(random, _, { indices, epoch }) {
        const draw = (name: string, bounds: { low: number; high: number }) =>
          random.uniformByIndex(name, { indices, epoch, ...bounds });
        return {
          mask: draw('mask', { low: 0, high: 1 }),
          period: draw('period', { low, high: high + 1 }),
          row: draw('row', { low: 0, high: 1 }),
          column: draw('column', { low: 0, high: 1 }),
        };
      },
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          const [, height, width, channels] = images.shape;
          const period = drawn(draw, 'period').floor().clipByValue(low, high).reshape([-1, 1]);
          // A table, because 10 * 0.6 may be above 6 in float32.
          const frees = Float32Array.from({ length: high - low + 1 }, (_, i) =>
            Math.ceil((low + i) * keep),
          );
          const free = gather(
            tensorflow().tensor1d(frees),
            period.sub(low).cast('int32'),
            'float32',
          );
          const isStrip = (name: string, line: { size: number; channels: number }) => {
            const start = wholePlace(drawn(draw, name), period);
            return placesOf(line).sub(start).mod(period).greaterEqual(free);
          };
          const isMasked = drawn(draw, 'mask').less(probability).reshape([-1, 1]);
          const rows = isStrip('row', { size: height, channels: 1 }).logicalAnd(isMasked);
          const columns = isStrip('column', { size: width, channels });
          const isFilled = rows.expandDims(2).logicalAnd(columns.expandDims(1));
          return fillMarked(images, isFilled, fillValue);
        }),
    };
  },
});
