import { renderNumber } from '../../text/quantities.js';
import { createCurvePanels } from './curve-panels.js';
import type { CurvePlan } from './curve-points.js';
import type { Figure } from './figure.js';

const plan: CurvePlan = {
  series: [
    {
      label: 'gradient norm',
      shape: 'line',
      select: ({ diagnostics }) => diagnostics?.gradientNorm.firstSteps ?? [],
    },
  ],
  positionTitle: 'step',
  valueTitle: 'gradient norm',
  scale: 'log',
  format: '~r',
  renderValue: renderNumber,
};

/** The gradient's norm in the first steps, where its scale is that of the input. */
export const firstGradients: Figure = {
  name: 'first-gradients',
  title: 'Gradients of the first steps',
  caption:
    'Euclidean norm of the gradient over all weights, on a logarithmic axis: mean over the seeds, with their range as a band; the other experiments in grey, many of them as one band.',
  layout: 'panels',
  keys: plan.series,
  create: (arms, options) => createCurvePanels(plan, arms, options),
};
