import type { NamedResults } from '../../../src/analysis/gate/compare-results.js';
import type { DoneTrial, TrialResult } from '../../../src/results/result.js';
import { experiment, resultsOf } from '../../report/results.js';
import { trialsOf } from '../comparison/trials.js';

/** Results under the name "base" or "head". */
export function side(name: 'base' | 'head', ...trials: readonly TrialResult[]): NamedResults {
  return { name, results: resultsOf(...trials) };
}

/** Trials of the experiment "minmax" with these accuracies, of seed 0 and on. */
export function minmax(
  accuracies: readonly number[],
  changes: Partial<ReturnType<typeof experiment>> = {},
): DoneTrial[] {
  const seeds = accuracies.map((_, seed) => seed);
  const changed = experiment({ name: 'minmax', seeds, ...changes });
  return trialsOf(accuracies, { experiment: changed });
}
