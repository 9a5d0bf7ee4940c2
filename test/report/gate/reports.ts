import { compareResults, usualRules } from '../../../src/analysis/gate/compare-results.js';
import type { GateReport, GateRules } from '../../../src/analysis/gate/gate-result.js';
import type { TrialResult } from '../../../src/results/result.js';
import { minmax, side } from '../../analysis/gate/sides.js';
import { resultsOf } from '../results.js';

/** The report of one comparison. */
export function reportOf(
  base: readonly TrialResult[],
  head: readonly TrialResult[],
  rules: Partial<GateRules> = {},
): GateReport {
  const named = { name: 'head', results: resultsOf(...head) };
  return compareResults(side('base', ...base), [named], { ...usualRules, ...rules });
}

/** Trials of one experiment of this name. */
export function named(name: string, accuracies: readonly number[]) {
  return minmax(accuracies, { name });
}

/** One experiment that is worse, one without a difference, one that lost a seed, and a threshold that is broken. */
export function mixedReport(): GateReport {
  const before = [0.68, 0.69, 0.7, 0.69];
  const thresholds = { testAccuracy: '>= 0.7' };
  const base = ['worse', 'same', 'lost'].flatMap((name) => named(name, before));
  const head = [
    ...named('worse', [0.5, 0.51, 0.52, 0.52]),
    ...minmax(before, { name: 'same', thresholds }),
    ...named('lost', before).slice(1),
  ];
  return reportOf(base, head);
}

/** A name that means something to terminals, tables, HTML, workflows and spreadsheets. */
export const hostileName =
  '=cmd|\u001b[31m<img src=x onerror=alert(1)>\n::error::@everyone #1 ]]>"\',%0A--><!-- \u202e../../x';
