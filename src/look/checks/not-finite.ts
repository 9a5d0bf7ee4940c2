import { renderShare } from '../../text/quantities.js';
import type { Check } from './check.js';

/** Values that are not numbers or infinite: the loss cannot be a number either. */
export const notFinite: Check = {
  name: 'not-finite',
  severity: 'warning',
  examine({ stages, measured }) {
    const index = measured?.stages.findIndex(({ training }) => training.notFiniteShare > 0) ?? -1;
    const stage = stages[index];
    const share = measured?.stages[index]?.training.notFiniteShare;
    if (!stage || share === undefined) return [];
    return [
      {
        text: `preprocessing[${index}]: "${stage.stage.name}" makes ${renderShare(share)} of the training values infinite or not a number.`,
        numbers: { notFiniteShare: share },
      },
    ];
  },
};
