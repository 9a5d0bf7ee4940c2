import { countTrained } from '../../experiment/experiment.js';
import { listEvenlySpaced } from '../../statistics/evenly-spaced.js';
import { renderShare } from '../../text/quantities.js';
import { createFactor } from '../../training/schedule.js';
import { measureLength } from '../../training/training-length.js';
import type { Check } from './check.js';

/** A warm-up from 0 and a curve that ends at 0 have a step or two of it. */
const mostShare = 0.1;

/** A training may have any number of steps: these tell the share. */
const mostSteps = 1000;

/** A schedule by which nothing is learned for a good part of the training. */
export const zeroRate: Check = {
  name: 'zero-rate',
  severity: 'warning',
  examine({ experiment }) {
    const { schedule } = experiment.training;
    if (!schedule) return [];
    const length = measureLength(experiment.training, countTrained(experiment));
    const factorAt = createFactor(schedule, length);
    const steps = listEvenlySpaced(length.totalSteps, mostSteps);
    const idle = steps.filter((step) => factorAt(step) === 0).length;
    const zeroShare = idle / steps.length;
    if (idle < 3 || zeroShare <= mostShare) return [];
    return [
      {
        text: `By training.schedule the learning rate is 0 in ${renderShare(zeroShare)} of the steps: nothing is learned in them.`,
        numbers: { zeroShare },
      },
    ];
  },
};
