import { renderNumber } from '../../text/quantities.js';
import { createCurvePanels } from './curve-panels.js';
import type { CurvePlan } from './curve-points.js';
import type { Figure } from './figure.js';

const plan: CurvePlan = {
  series: [
    {
      label: 'validation',
      shape: 'line',
      select: ({ history }) => history.map(({ validationLoss }) => validationLoss),
    },
    {
      label: 'training',
      shape: 'dashes',
      select: ({ history }) => history.map(({ trainLoss }) => trainLoss),
    },
  ],
  positionTitle: 'epoch',
  valueTitle: 'loss',
  scale: 'log',
  format: '~r',
  renderValue: renderNumber,
};

/** Loss after each epoch. */
export const lossCurves: Figure = {
  name: 'loss-curves',
  title: 'Loss',
  caption:
    'Mean over the seeds after each epoch, on a logarithmic axis, with the range of the seeds as a band; validation of the other experiments in grey, many of them as one band.',
  layout: 'panels',
  keys: plan.series,
  create: (arms, options) => createCurvePanels(plan, arms, options),
};
