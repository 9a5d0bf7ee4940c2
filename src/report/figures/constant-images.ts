import type { Figure } from './figure.js';
import { createRowPanel, planOfShares } from './input-rows.js';

const plan = planOfShares('Constant images', 'constantShare');

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
