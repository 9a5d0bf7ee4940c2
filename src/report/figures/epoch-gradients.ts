import { renderNumber } from '../../text/quantities.js';
import { createCurvePanels } from './curve-panels.js';
import type { CurvePlan } from './curve-points.js';
import type { Figure } from './figure.js';

const plan: CurvePlan = {
  series: [
    {
      label: 'mean gradient norm',
      shape: 'line',
      select: ({ diagnostics }) => diagnostics?.gradientNorm.epochs ?? [],
    },
  ],
  positionTitle: 'epoch',
  valueTitle: 'gradient norm',
  scale: 'log',
  format: '~r',
  renderValue: renderNumber,
};

/** The gradient's norm as a mean over each epoch's steps. */
export const epochGradients: Figure = {
  name: 'epoch-gradients',
  title: 'Gradients by epoch',
  caption:
    "Mean over an epoch's steps of the gradient's Euclidean norm, on a logarithmic axis: mean over the seeds, with their range as a band; the other experiments in grey, many of them as one band.",
  layout: 'panels',
  keys: plan.series,
  create: (arms, options) => createCurvePanels(plan, arms, options),
};
