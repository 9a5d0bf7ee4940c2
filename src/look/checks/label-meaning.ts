import { findStage } from '../../experiment/catalogue.js';
import { omitDefaults } from '../../experiment/pipeline-summary.js';
import type { PlacedDraw } from '../inspection/extreme-draws.js';
import type { Check } from './check.js';
import { replaceStage } from './fixes.js';

/** Turns images of which the top is the bottom: no ship sails upside down, and the test images are upright. */
export const labelMeaning: Check = {
  name: 'label-meaning',
  severity: 'hint',
  examine({ stages, catalogue, measured }) {
    return stages.flatMap(({ index, options, summary }) => {
      if (!measured?.stages[index]?.maps.some(isUpsideDown)) return [];
      const schema = findStage(catalogue, options).options;
      // Only an option that names a direction has an obvious other value.
      const mended = { ...options, mode: 'horizontal' };
      const canMend = 'mode' in options && schema.safeParse(mended).success;
      return [
        {
          text: `preprocessing[${index}]: "${summary}" turns training images upside down. test images are upright: does a class still look like itself?`,
          numbers: {},
          ...(canMend && { fix: replaceStage(index, omitDefaults(mended, schema)) }),
        },
      ];
    });
  },
};

/** Going down in the output goes up in the input. */
function isUpsideDown({ rows: [, [, down]] }: PlacedDraw): boolean {
  return down < -0.01;
}
