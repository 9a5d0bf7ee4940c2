import { computeFindings } from '../analysis/findings/compute-findings.js';
import type { Results, TrialResult } from '../results/result.js';
import type { Trial } from './trial.js';

/** The results that a plan has so far. */
export interface PlanResults {
  set(result: TrialResult): void;
  /** In the plan's order. */
  now(): Results;
  /** Hands all results so far on, one call at a time, so that an older state never replaces a newer one. */
  publish(): Promise<void>;
}

/** Creates the results of a plan that has none yet. @param store is given all so far with each `publish`. */
export function createPlanResults(
  plan: readonly Trial[],
  store: (results: Results) => Promise<void>,
): PlanResults {
  const results = new Map<string, TrialResult>();
  let published = Promise.resolve();
  const now = (): Results => {
    const trials = plan.flatMap(({ id }) => results.get(id) ?? []);
    const unread: Results = { format: 'prep-lab results', version: 2, trials };
    return { ...unread, findings: computeFindings(unread) };
  };
  return {
    set: (result) => void results.set(result.id, result),
    now,
    publish() {
      published = published.then(() => store(now()));
      return published;
    },
  };
}
