import { setMaxListeners } from 'node:events';
import { readdir } from 'node:fs/promises';
import pMap from 'p-map';
import type { Results } from '../results/result.js';
import { tryAcquireLease } from '../storage/lease.js';
import { removeLeftovers } from '../storage/leftovers.js';
import { followFleet } from './follow-fleet.js';
import { isFleet } from './launcher.js';
import { createPlanResults, type PlanResults } from './plan-results.js';
import { type PlanOptions, type RunningPlan, runIfFree, runWhenFree } from './run-leased-trial.js';
import type { TrialStore } from './store/trial-store.js';
import type { Trial } from './trial.js';
import { isChosen } from './which.js';

/** What a run came to. */
export interface PlanEnd {
  /** Of all trials that have a result, also those from before. */
  readonly results: Results;
  /** How many of the chosen trials did not come to a result: a signal or a failure stopped the run. */
  readonly left: number;
}

/**
 * Brings a plan's trials to their results: takes those that are stored, trains the others, and stores each as soon as
 * it ends. Any number of runners may work on one folder: each trial is trained by the one that holds its lease.
 * @throws UserError for what ends the run (storage, engine, data, a trial in use); what was done till then is stored.
 */
export async function runPlan(plan: readonly Trial[], options: PlanOptions): Promise<PlanEnd> {
  const { reporter } = options;
  const results = createPlanResults(plan, (now) => reporter.stored(now));
  const chosen = await chooseTrials(plan, options, results);
  await results.publish();
  const left = new Set(chosen.map(({ id }) => id));
  reporter.chosen(chosen, results.now().trials.filter(({ id }) => !left.has(id)).length);
  try {
    if (chosen.length > 0) await runChosen(chosen, options, { results, left });
  } finally {
    await results.flush();
  }
  return { results: results.now(), left: left.size };
}

async function chooseTrials(
  plan: readonly Trial[],
  { store, which, reporter }: PlanOptions,
  results: PlanResults,
): Promise<Trial[]> {
  const chosen: Trial[] = [];
  const otherCode: string[] = [];
  for (const trial of plan) {
    const stored = await store.look(trial);
    if ('result' in stored) results.set(stored.result);
    else if (stored.status === 'new' && stored.otherCode) otherCode.push(stored.otherCode);
    if (isChosen(stored.status, which)) chosen.push(trial);
    else if (stored.status === 'done') await tidyDone(store, trial);
  }
  if (otherCode.length > 0) reporter.otherCode(otherCode);
  return chosen;
}

async function runChosen(
  chosen: readonly Trial[],
  options: PlanOptions,
  { results, left }: Pick<RunningPlan, 'results' | 'left'>,
): Promise<void> {
  const launcher = await options.prepare();
  const ending = new AbortController();
  const errors: unknown[] = [];
  const running = {
    ...options,
    results,
    left,
    ending: AbortSignal.any([options.stop, ending.signal]),
    end: () => ending.abort(),
  };
  // Each trial on its way listens: Node would warn of a leak from the eleventh on.
  setMaxListeners(0, running.ending);
  if (isFleet(launcher)) return followFleet({ ...running, launcher }, chosen);
  const plan: RunningPlan = { ...running, launcher, freeSlots: [...launcher.slots] };
  // The first error ends the run in good order: the trials beside it write their checkpoints.
  const guard = (work: (plan: RunningPlan, trial: Trial) => Promise<void>) => (trial: Trial) =>
    plan.ending.aborted
      ? undefined
      : work(plan, trial).catch((error: unknown) => {
          errors.push(error);
          plan.end();
        });
  const concurrency = launcher.slots.length;
  const inUse: Trial[] = [];
  const first = guard((_, trial) => runIfFree(plan, trial, inUse));
  await pMap(chosen, first, { concurrency });
  await pMap(inUse, guard(runWhenFree), { concurrency });
  if (errors.length > 0) throw errors[0];
}

/**
 * Removes what a runner that was killed has left of a done trial: checkpoints, its lease, temporary files. Where there
 * is nothing, or another runner trains the trial anew, nothing is touched.
 * @throws UserError (storage)
 */
export async function tidyDone(store: TrialStore, trial: Trial): Promise<void> {
  const folder = store.folderOf(trial);
  const names = await readdir(folder).catch(() => []);
  if (!names.some((name) => /^(checkpoints$|lease-|\.tmp-|\.replaced-)/.test(name))) return;
  const lease = await tryAcquireLease(folder);
  if (lease.held) return;
  try {
    if ((await store.look(trial)).status !== 'done') return;
    await store.removeCheckpoints(trial);
    await removeLeftovers(folder);
  } finally {
    await lease.release();
  }
}
