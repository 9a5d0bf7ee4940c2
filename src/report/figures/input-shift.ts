import { renderNumber } from '../../text/quantities.js';
import type { Figure } from './figure.js';
import { createRowPanel, type RowPlan } from './input-rows.js';

/** Less is the sample's noise; a logarithm of 0 there is not. */
const least = 0.01;

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
  axisTitle: 'standard deviations of the test values',
  scale: 'log',
  selectDomain: (values) => [least, 10 ** Math.ceil(Math.log10(Math.max(...values, 1)))],
  renderValue: renderNumber,
};

/** How far the training images' values lie from the test images'. */
export const inputShift: Figure = {
  name: 'input-shift',
  title: plan.title,
  caption:
    '1-Wasserstein distance between the values of training images, with their augmentation, and those of test images, in standard deviations of the latter, on a logarithmic axis: mean over the seeds. What is below 0.01 stands at its beginning.',
  layout: 'rows',
  keys: plan.series,
  create: (arms, options) => createRowPanel(plan, arms, options),
};
