import type { Check } from './check.js';
import { removeStage } from './fixes.js';

/** A stage that leaves every image as it is: a factor of 0, a size that the images have already. */
export const noEffect: Check = {
  name: 'no-effect',
  severity: 'warning',
  examine(context) {
    const { stages, measured } = context;
    // "raw" says that there is no preprocessing: alone it means what it says.
    const isNamed = stages.length === 1 && stages[0]?.stage.name === 'raw';
    if (!measured || isNamed) return [];
    return stages.flatMap(({ index, summary }) => {
      if (measured.stages[index]?.changesImages !== false) return [];
      return [
        {
          text: `preprocessing[${index}]: "${summary}" changes none of the images, whatever it draws.`,
          numbers: {},
          fix: removeStage(context, index),
        },
      ];
    });
  },
};
