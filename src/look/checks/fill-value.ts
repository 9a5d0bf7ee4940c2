import { findStage } from '../../experiment/catalogue.js';
import { omitDefaults } from '../../experiment/pipeline-summary.js';
import { renderRange } from '../../text/quantities.js';
import type { Check } from './check.js';
import { replaceStage } from './fixes.js';

/** A border in the units of another place: 255 where white is 1. */
export const fillValue: Check = {
  name: 'fill-value',
  severity: 'warning',
  examine({ stages, catalogue }) {
    return stages.flatMap(({ index, options, ranges, stage }) => {
      const value = options.fillValue;
      const [low, high] = ranges.receives;
      const fits = typeof value !== 'number' || (value >= low && value <= high);
      // The stage itself says whether its fill value gets into the images.
      const [least, most] = ranges.gives;
      const isUsed = least < low || most > high;
      if (fits || !isUsed) return [];
      const nearest = Math.min(Math.max(value, low), high);
      const mended = omitDefaults(
        { ...options, fillValue: nearest },
        findStage(catalogue, options).options,
      );
      return [
        {
          text: `preprocessing[${index}]: "${stage.name}" fills with ${value}, where the values are from ${renderRange([low, high])}.`,
          numbers: { fillValue: value },
          fix: replaceStage(index, mended),
        },
      ];
    });
  },
};
