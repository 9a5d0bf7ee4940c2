import {
  parseThreshold,
  type ThresholdMetric,
  type ThresholdRule,
  thresholdMetrics,
} from '../../experiment/thresholds.js';
import type { DoneTrial, Results } from '../../results/result.js';
import { computeMean } from '../../statistics/mean.js';
import { type Arm, groupArms } from '../comparison/arm.js';
import type { ThresholdCheck } from './gate-result.js';

/**
 * Checks the thresholds that the experiments of some results state, each against the mean over its seeds. What cannot
 * be checked does not pass: a trial that failed, or a rule with a baseline where there is none.
 */
export function checkThresholds(
  results: Results,
  { baseline }: { readonly baseline?: Results } = {},
): ThresholdCheck[] {
  const former = new Map(groupArms(baseline?.trials ?? []).map((arm) => [arm.name, arm]));
  return groupArms(results.trials).flatMap((arm) => checkArmThresholds(arm, former.get(arm.name)));
}

/** Checks the thresholds of one arm. */
export function checkArmThresholds(arm: Arm, baseline: Arm | undefined): ThresholdCheck[] {
  const [first] = [...arm.done, ...arm.failed];
  const stated = first?.experiment.thresholds ?? {};
  return thresholdMetrics.flatMap((metric) => {
    const rule = stated[metric];
    return rule === undefined ? [] : [checkRule({ metric, rule }, { arm, baseline })];
  });
}

function checkRule(
  { metric, rule }: { readonly metric: ThresholdMetric; readonly rule: string },
  { arm, baseline }: { readonly arm: Arm; readonly baseline: Arm | undefined },
): ThresholdCheck {
  const stated = { arm: arm.name, metric, rule };
  const parsed = parseThreshold(rule);
  if (!parsed) return { ...stated, passes: false, reason: 'It is no rule that prep-lab knows.' };
  const value = measure(arm, metric);
  if (value === undefined || arm.failed.length > 0) {
    const reason =
      arm.failed.length > 0
        ? 'A trial failed.'
        : 'Not all of its trials were judged on corrupted images.';
    return { ...stated, passes: false, ...(value !== undefined && { value }), reason };
  }
  const bound = findBound(parsed, baseline && measure(baseline, metric));
  if (bound === undefined) {
    return { ...stated, passes: false, value, reason: 'There is no baseline for it.' };
  }
  return { ...stated, passes: holds(value, parsed.operator, bound), value, bound };
}

function measure({ done }: Arm, metric: ThresholdMetric): number | undefined {
  const values = done.map(metrics[metric]).filter((value) => value !== undefined);
  return done.length === 0 || values.length < done.length ? undefined : computeMean(values);
}

const metrics: Readonly<Record<ThresholdMetric, (trial: DoneTrial) => number | undefined>> = {
  testAccuracy: ({ test }) => test.accuracy,
  testLoss: ({ test }) => test.loss,
  trainSeconds: ({ trainSeconds }) => trainSeconds,
  imagesPerSecond: ({ imagesPerSecond }) => imagesPerSecond,
  corruptionAccuracy: ({ corruptions }) => corruptions?.accuracy,
};

function findBound({ bound }: ThresholdRule, baseline: number | undefined): number | undefined {
  if (bound.kind === 'number') return bound.value;
  if (baseline === undefined) return undefined;
  return bound.kind === 'ratio' ? bound.value * baseline : baseline + bound.value;
}

/** A mean of 0.1, 0.2 and 0.3 is not exactly 0.2: what differs by rounding only is equal. */
function holds(value: number, operator: ThresholdRule['operator'], bound: number): boolean {
  const isEqual = Math.abs(value - bound) <= 1e-12 * Math.abs(bound);
  if (isEqual) return operator.endsWith('=');
  return operator.startsWith('>') ? value > bound : value < bound;
}
