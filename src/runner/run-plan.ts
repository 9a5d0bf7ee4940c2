import { setMaxListeners } from 'node:events';
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
  /** Of all trials of the whole plan that have a result, also those from before and from other runners. */
  readonly results: Results;
  /** How many of the chosen trials did not come to a result: a signal or a failure stopped the run. */
  readonly left: number;
}

/**
 * Brings trials to their results: takes those that are stored, trains the others, and stores each as soon as it ends. Any
 * number of runners may work on one folder, each on all of a plan or on a part of it: each trial is trained by the one that
 * holds its lease, and the one that ends last leaves the summary of all.
 * @throws UserError for what ends the run (storage, engine, data, a trial in use); what was done till then is stored.
 */
export async function runPlan(trials: readonly Trial[], options: PlanOptions): Promise<PlanEnd> {
  const { reporter, store, whole = trials, summary = 'written' } = options;
  const results = createPlanResults(whole, async (now) => {
    if (summary === 'written') await reporter.stored(now);
  });
  if (summary === 'written') await store.writePlan(whole);
  const chosen = await chooseTrials(trials, options, results);
  await results.publish();
  const left = new Set(chosen.map(({ id }) => id));
  reporter.chosen(
    chosen,
    trials.filter((trial) => results.status(trial) && !left.has(trial.id)).length,
  );
  try {
    if (chosen.length > 0) await runChosen(chosen, options, { results, left });
  } finally {
    await publishAll(whole, store, results);
  }
  return { results: results.now(), left: left.size };
}

/** Enough to keep a disk busy; each holds some open files. */
const concurrency = 16;

async function chooseTrials(
  trials: readonly Trial[],
  { store, which, reporter, whole = trials }: PlanOptions,
  results: PlanResults,
): Promise<Trial[]> {
  const ours = new Set(trials.map(({ id }) => id));
  const chosen = new Set<Trial>();
  const otherCode: string[] = [];
  const choose = async (trial: Trial) => {
    const stored = await store.look(trial);
    if ('result' in stored) results.set(stored.result);
    if (!ours.has(trial.id)) return;
    if (stored.status === 'new' && stored.otherCode) otherCode.push(stored.otherCode);
    if (isChosen(stored.status, which)) chosen.add(trial);
    else if (stored.status === 'done' && stored.hasLeftovers) await tidyDone(store, trial);
  };
  await pMap(whole, choose, { concurrency });
  if (otherCode.length > 0) reporter.otherCode(otherCode.sort());
  return trials.filter((trial) => chosen.has(trial));
}

/** Hands all on. Of several runners that end at one time, the one that does so last looks once more after that. */
async function publishAll(
  whole: readonly Trial[],
  store: TrialStore,
  results: PlanResults,
): Promise<void> {
  await takeStored(whole, store, results);
  do await results.flush();
  while ((await takeStored(whole, store, results)) > 0);
}

/** Takes what other runners have stored since. Returns how many results that is. */
async function takeStored(
  whole: readonly Trial[],
  store: TrialStore,
  results: PlanResults,
): Promise<number> {
  let found = 0;
  const take = async (trial: Trial) => {
    const stored = await store.look(trial);
    if (!('result' in stored) || results.status(trial) === stored.status) return;
    results.set(stored.result);
    found++;
  };
  const open = whole.filter((trial) => results.status(trial) !== 'done');
  await pMap(open, take, { concurrency });
  return found;
}

async function runChosen(
  chosen: readonly Trial[],
  options: PlanOptions,
  { results, left }: Pick<RunningPlan, 'results' | 'left'>,
): Promise<void> {
  const launcher = await options.prepare();
  const errors: unknown[] = [];
  const running = beginPlan(options, { results, left });
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
  const sideBySide = { concurrency: launcher.slots.length };
  const inUse: Trial[] = [];
  const first = guard((_, trial) => runIfFree(plan, trial, inUse));
  await pMap(chosen, first, sideBySide);
  if (options.whenInUse === 'wait') await pMap(inUse, guard(runWhenFree), sideBySide);
  if (errors.length > 0) throw errors[0];
}

/** Returns what trials on their way share, whoever trains them. */
export function beginPlan(
  options: PlanOptions,
  progress: Pick<RunningPlan, 'results' | 'left'>,
): Omit<RunningPlan, 'launcher' | 'freeSlots'> {
  const ending = new AbortController();
  const running = {
    ...options,
    ...progress,
    ending: AbortSignal.any([options.stop, ending.signal]),
    end: () => ending.abort(),
  };
  // Each trial on its way listens: Node would warn of a leak from the eleventh on.
  setMaxListeners(0, running.ending);
  return running;
}

/**
 * Removes what a runner that was killed has left of a done trial: checkpoints, its lease, temporary files. Where another
 * runner trains the trial anew, nothing is touched.
 * @throws UserError (storage)
 */
export async function tidyDone(store: TrialStore, trial: Trial): Promise<void> {
  const folder = store.folderOf(trial);
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
