import { computeMedian } from '../../statistics/mean.js';
import { renderNumber } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { hasSameModel, meanDiagnostic, onceForEachArm } from './trained-arm.js';

/** Seeds alone move the norm of the first steps by less than a factor of two. */
const worthTelling = 3;

/** Gradients at the start that are much larger than those of the other experiments with the same model. */
export const gradientScale: FindingRule = {
  name: 'gradient-scale',
  severity: 'remark',
  detect(arm, others) {
    const own = firstNorm(arm);
    const rest = computeMedian(
      others.filter((other) => hasSameModel(arm, other)).flatMap((other) => firstNorm(other) ?? []),
    );
    if (own === undefined || rest === undefined || !(own >= worthTelling * rest)) return undefined;
    const factor = own / rest;
    return {
      text: `The gradient's norm in the first steps is ${renderNumber(own)}, ${renderNumber(factor)} times that of the other experiments with this model (${renderNumber(rest)}).`,
      numbers: { gradientNorm: own, othersGradientNorm: rest, factor },
    };
  },
};

/** The median: one wild step says nothing of the scale. */
const firstNorm = onceForEachArm((arm) =>
  meanDiagnostic(arm, ({ gradientNorm }) => computeMedian(gradientNorm.firstSteps)),
);
