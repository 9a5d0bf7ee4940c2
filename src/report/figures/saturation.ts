import { renderShare } from '../../text/quantities.js';
import type { Figure } from './figure.js';
import { createRowPanel, type RowPlan } from './input-rows.js';

const plan: RowPlan = {
  title: 'Values at an end of the range',
  series: [
    {
      label: 'training',
      shape: 'circle',
      select: ({ input }) => input.train.saturatedShare,
    },
    {
      label: 'test',
      shape: 'diamond',
      select: ({ input }) => input.test.saturatedShare,
    },
  ],
  format: '.0%',
  end: 1,
  renderValue: renderShare,
};

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
