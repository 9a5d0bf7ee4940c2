import { findMismatches } from '../../experiment/range-check.js';
import { renderShare } from '../../text/quantities.js';
import type { Check } from './check.js';

/** More of the values at the ends of the range than photographs have, by far: theirs is about 2 %. */
const mostSaturated = 0.25;
/** One image in fifty. */
const mostConstant = 0.02;

/** An augmentation so strong that it cuts off much of the images, although its value range fits. */
export const saturation: Check = {
  name: 'saturation',
  severity: 'warning',
  examine({ experiment, catalogue, stages, measured }) {
    // Where a range does not fit, that is the cause.
    if (!measured || findMismatches(experiment, catalogue).length > 0) return [];
    const index = measured.stages.findIndex((stage, place) => {
      const before = measured.stages[place - 1];
      const saturated = stage.saturatedShare - (before?.saturatedShare ?? 0);
      const constant = stage.constantShare - (before?.constantShare ?? 0);
      return saturated > mostSaturated || constant > mostConstant;
    });
    const [stage, after] = [stages[index], measured.stages[index]];
    if (!stage || !after) return [];
    const { saturatedShare, constantShare } = after;
    const saturated = `${renderShare(saturatedShare)} of the training values at an end of its range`;
    const constant = `${renderShare(constantShare)} of the training images one colour`;
    return [
      {
        text: `preprocessing[${index}]: "${stage.stage.name}" leaves ${saturated} and ${constant}. A smaller factor would keep more of the images.`,
        numbers: { saturatedShare, constantShare },
      },
    ];
  },
};
