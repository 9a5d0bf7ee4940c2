import { compareResults, usualRules } from '../../../src/analysis/gate/compare-results.js';
import type { GateRules } from '../../../src/analysis/gate/gate-result.js';
import { experiment } from '../../report/results.js';
import { createNormal, drawArms } from '../comparison/simulated-arms.js';
import { side } from './sides.js';

/** docs/comparing.md names both with the figures. */
export const simulationSeed = 20261122;
const spread = { standardDeviation: 0.015, shared: 0.5 };

export interface GateDesign {
  readonly experiments: number;
  /** How many of them have the same results on both sides, to the last bit. */
  readonly identical: number;
  readonly seeds: number;
  readonly correction: GateRules['correction'];
}

/** How many gates failed, by the gravest verdict in them. */
export interface Failures {
  readonly worse: number;
  readonly tooFew: number;
}

/** Counts failing gates among so many, of experiments of which the first truly differs by `difference`. */
export function countFailures(
  design: GateDesign,
  { gates, difference }: { readonly gates: number; readonly difference: number },
): Failures {
  const normal = createNormal(simulationSeed);
  const failures = { worse: 0, tooFew: 0 };
  for (let gate = 0; gate < gates; gate++) {
    const { passes, comparisons } = runGate(design, { normal, difference });
    const isWorse = comparisons[0]?.arms.some(({ verdict }) => verdict === 'worse');
    if (isWorse) failures.worse++;
    else if (!passes) failures.tooFew++;
  }
  return failures;
}

function runGate(
  { experiments, identical, seeds, correction }: GateDesign,
  { normal, difference }: { readonly normal: () => number; readonly difference: number },
) {
  const pairs = Array.from({ length: experiments }, (_, index) => {
    const moved = index === 0 ? difference : 0;
    const [before, after] = drawArms(normal, { seeds, difference: moved, spread });
    const isIdentical = index >= experiments - identical;
    const changed = { experiment: experiment({ name: `arm-${index}` }) };
    const name = (trials: typeof before) => trials.map((trial) => ({ ...trial, ...changed }));
    return [name(before), name(isIdentical ? before : after)] as const;
  });
  const [base, head] = [pairs.flatMap(([before]) => before), pairs.flatMap(([, after]) => after)];
  return compareResults(side('base', ...base), [side('head', ...head)], {
    ...usualRules,
    correction,
  });
}
