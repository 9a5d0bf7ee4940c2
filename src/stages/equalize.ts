import { z } from 'zod';
import { countLevels, lookUp } from '../graph/look-up.js';
import { createScopedStage, scopeOptions, scopeRule } from './by-chance.js';
import { dialectOption } from './colour-adjustments.js';
import { equalizeTables } from './colour-operations.js';
import { fromLevels, topLevel, toWholeLevels } from './levels.js';
import { defineStage } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Spreads the values of each channel of an image evenly over the value range.
 * Formula: see `equalizeTables`; on whole levels 0..255, which the result has too.
 * Source: torchvision's RandomEqualize (Pillow's equalize); Keras' Equalization and OpenCV's equalizeHist. Keras has one
 * histogram for all images of a batch, so that an image depends on its neighbours; here each has its own.
 */
export const equalize = defineStage({
  options: z
    .strictObject({
      name: z.literal('equalize'),
      dialect: dialectOption(
        'torchvision',
        'torchvision (and Pillow) count the pixels below a level, keras (and OpenCV) those up to it.',
      ),
      ...scopeOptions,
      valueRange: clippedRangeOption,
    })
    .refine(scopeRule.holds, scopeRule.error)
    .describe('Equalizes the histogram of each channel of an image.')
    .meta({
      alsoCalled: ['RandomEqualize', 'histogram-equalization'],
      examples: [
        { name: 'equalize', valueRange: [0, 1] },
        { name: 'equalize', when: 'always', dialect: 'keras' },
      ],
    }),
  create({ dialect, valueRange, ...scope }) {
    const stage = createScopedStage(
      {
        formula: `the levels of each channel are spread evenly from ${valueRange[0]} to ${valueRange[1]}`,
        expects: valueRange,
        gives: () => valueRange,
        apply(images) {
          const levels = toWholeLevels(images, valueRange);
          const tables = equalizeTables[dialect](countLevels(levels));
          return fromLevels(lookUp(levels, tables), valueRange);
        },
      },
      scope,
      0.5,
    );
    return {
      ...stage,
      traps: ({ height, width }) =>
        dialect === 'torchvision' && height * width <= topLevel
          ? [
              `"equalize" with dialect "torchvision" changes no image of ${height} x ${width} pixels: they are fewer than the levels. Dialect "keras" does.`,
            ]
          : [],
    };
  },
});
