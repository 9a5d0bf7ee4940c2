import type { Check } from './check.js';

/** A stage whose result for a test image depends on other test images: what it computes leaks from one to another. */
export const batchStatistics: Check = {
  name: 'batch-statistics',
  severity: 'warning',
  examine({ stages, measured }) {
    return stages.flatMap(({ index, stage }) => {
      if (!measured?.stages[index]?.dependsOnBatch) return [];
      return [
        {
          text: `preprocessing[${index}]: what "${stage.name}" makes of a test image depends on the other images of its batch, so statistics of test images leak into it. A stage's "fit" learns from training images alone.`,
          numbers: {},
        },
      ];
    });
  },
};
