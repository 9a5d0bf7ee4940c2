import { renderNumber } from '../../text/quantities.js';
import type { Figure } from './figure.js';
import { createRowPanel, type RowPlan } from './input-rows.js';

const plan: RowPlan = {
  title: 'Distance between training and test values',
  series: [
    {
      label: 'standard deviations',
      shape: 'circle',
      select: ({ input }) => input.shift,
    },
  ],
  format: '~r',
  renderValue: renderNumber,
};

/** How far the training images' values lie from the test images'. */
export const inputShift: Figure = {
  name: 'input-shift',
  title: plan.title,
  caption:
    '1-Wasserstein distance between the values of training images, with their augmentation, and those of test images, in standard deviations of the latter: mean over the seeds.',
  layout: 'rows',
  keys: plan.series,
  create: (arms, options) => createRowPanel(plan, arms, options),
};
