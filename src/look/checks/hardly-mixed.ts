import { renderShare } from '../../text/quantities.js';
import type { Check } from './check.js';

/** A stage that mixes images, and leaves most of them what they were: a small alpha, or nobody to mix with. */
export const hardlyMixed: Check = {
  name: 'hardly-mixed',
  severity: 'hint',
  examine({ stages, measured, experiment }) {
    return stages.flatMap(({ index, summary }) => {
      const mixing = measured?.stages[index]?.mixing;
      if (!mixing || mixing.hardlyShare <= 0.5) return [];
      const reason =
        experiment.training.batchSize === 1
          ? 'a batch of one image has nobody to mix it with'
          : 'a larger alpha, or a larger strength, mixes more';
      return [
        {
          text: `preprocessing[${index}]: "${summary}" leaves ${renderShare(mixing.hardlyShare)} of the images to 95 % or more one image; ${reason}.`,
          numbers: { hardlyShare: mixing.hardlyShare, othersShare: mixing.othersShare },
        },
      ];
    });
  },
};
