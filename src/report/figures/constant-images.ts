import { renderShare } from '../../text/quantities.js';
import type { Figure } from './figure.js';
import { createRowPanel, type RowPlan } from './input-rows.js';

const plan: RowPlan = {
  title: 'Constant images',
  series: [
    {
      label: 'training',
      shape: 'circle',
      select: ({ input }) => input.train.constantShare,
    },
    {
      label: 'test',
      shape: 'diamond',
      select: ({ input }) => input.test.constantShare,
    },
  ],
  format: '.0%',
  end: 1,
  renderValue: renderShare,
};

/** Share of images in which nothing can be seen any more, in training and in test images. */
export const constantImages: Figure = {
  name: 'constant-images',
  title: plan.title,
  caption:
    "Share of images whose values hardly differ (standard deviation below 1 % of the test images'): mean over the seeds.",
  layout: 'rows',
  keys: plan.series,
  create: (arms, options) => createRowPanel(plan, arms, options),
};
