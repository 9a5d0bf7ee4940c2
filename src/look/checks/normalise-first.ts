import { renderRange } from '../../text/quantities.js';
import type { Check } from './check.js';
import { findMisplaced, writtenMoved } from './misplaced-stages.js';

/** An augmentation that stands before the scaling that it needs. */
export const normaliseFirst: Check = {
  name: 'normalise-first',
  severity: 'warning',
  examine(context) {
    const [misplaced] = findMisplaced(context);
    if (!misplaced) return [];
    const { index, scaling } = misplaced;
    const [stage, scale] = [context.stages[index], context.stages[scaling]];
    if (!stage?.stage.expects || !scale) return [];
    const made = `preprocessing[${index}]: "${stage.stage.name}" is made for values from ${renderRange(stage.stage.expects)}`;
    const received = `received values from ${renderRange(stage.ranges.receives)}`;
    return [
      {
        text: `${made}, ${received}: "${scale.stage.name}" (preprocessing[${scaling}]) scales them too late.`,
        numbers: {},
        fix: { path: 'preprocessing', value: writtenMoved(context, scaling, index) },
      },
    ];
  },
};
