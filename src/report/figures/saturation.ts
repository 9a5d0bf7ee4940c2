import type { Figure } from './figure.js';
import { createRowPanel, planOfShares } from './input-rows.js';

const plan = planOfShares('Values at an end of the range', 'saturatedShare');

/** Share of values that clipping may have left at an end of the range, in training and in test images. */
export const saturation: Figure = {
  name: 'saturation',
  title: plan.title,
  caption:
    'Share of the values that enter the network at an end of the range, as clipping leaves them: mean over the seeds. Training images with their augmentation, test images without.',
  layout: 'rows',
  keys: plan.series,
  create: (arms, options) => createRowPanel(plan, arms, options),
};
