import { assembleResults } from '../analysis/findings/compute-findings.js';
import type { Results, TrialResult } from '../results/result.js';
import type { Trial } from './trial.js';

/** The results that a plan has so far. */
export interface PlanResults {
  set(result: TrialResult): void;
  /** Nothing where the trial has no result. */
  status(trial: Pick<Trial, 'id'>): TrialResult['status'] | undefined;
  /** In the plan's order. */
  now(): Results;
  /**
   * Hands all results so far on, one call at a time, so that an older state never replaces a newer one: at once where that
   * costs less than 2 % of the time since it was last done, else as soon as it does. What it could not store, the next
   * call throws.
   */
  publish(): Promise<void>;
  /** Hands on what is new since it was last done. Call it at the end, whatever ends the plan. */
  flush(): Promise<void>;
}

/** Handing results on takes its own time once, and so many times that nothing is handed on. */
const restFactor = 49;

/** Creates the results of a plan that has none yet. @param store is given all so far with each hand-over. */
export function createPlanResults(
  plan: readonly Trial[],
  store: (results: Results) => Promise<void>,
): PlanResults {
  const results = new Map<string, TrialResult>();
  let published = Promise.resolve();
  let hasNews = false;
  let restsUntil = 0;
  let waiting: NodeJS.Timeout | undefined;
  let current: Results | undefined;
  const now = () => {
    current ??= assembleResults(plan.flatMap(({ id }) => results.get(id) ?? []));
    return current;
  };
  const handOver = async () => {
    const begun = performance.now();
    hasNews = false;
    await store(now());
    const ended = performance.now();
    restsUntil = ended + restFactor * (ended - begun);
  };
  const flush = () => {
    clearTimeout(waiting);
    waiting = undefined;
    published = published.then(handOver);
    // Whoever awaits the next call is told; nobody awaits the timer's.
    published.catch(() => {});
    return published;
  };
  return {
    set(result) {
      results.set(result.id, result);
      current = undefined;
      hasNews = true;
    },
    status: ({ id }) => results.get(id)?.status,
    now,
    publish() {
      const rest = restsUntil - performance.now();
      if (rest <= 0) return flush();
      waiting ??= setTimeout(flush, rest);
      return published;
    },
    flush: () => (hasNews || waiting !== undefined ? flush() : published),
  };
}
