import { renderPercent } from '../../text/quantities.js';
import { createCurvePanels } from './curve-panels.js';
import type { CurvePlan } from './curve-points.js';
import type { Figure } from './figure.js';

const plan: CurvePlan = {
  series: [
    {
      label: 'validation',
      shape: 'line',
      select: ({ history }) => history.map(({ validationAccuracy }) => validationAccuracy),
    },
    {
      label: 'training',
      shape: 'dashes',
      select: ({ history }) => history.map(({ trainAccuracy }) => trainAccuracy),
    },
  ],
  positionTitle: 'epoch',
  valueTitle: 'accuracy',
  scale: 'linear',
  format: '.0%',
  domain: [0, 1],
  renderValue: renderPercent,
};

/** Accuracy after each epoch. */
export const learningCurves: Figure = {
  name: 'learning-curves',
  title: 'Learning curves',
  caption:
    'Mean over the seeds after each epoch, with the range of the seeds as a band; validation of the other experiments in grey, many of them as one band. Training accuracy is taken during the epoch, on augmented images.',
  layout: 'panels',
  keys: plan.series,
  create: (arms, options) => createCurvePanels(plan, arms, options),
};
