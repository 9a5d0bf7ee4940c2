import type { Results, TrialResult } from '../results/result.js';
import { asStorable } from '../results/storable.js';
import { acquireLease, type Lease, type LeaseHolder, tryAcquireLease } from '../storage/lease.js';
import { exitCodes, UserError } from '../user-error.js';
import type { Launcher, TrialLauncher, TrialPlace } from './launcher.js';
import type { PlanResults } from './plan-results.js';
import type { Slot } from './slots.js';
import type { TrialStore } from './store/trial-store.js';
import type { Trial } from './trial.js';
import type { TrialEnd } from './trial-process/start-trial-process.js';
import { isChosen, type Which } from './which.js';

/** Renders who has a trial: "process 17 on node-3, since 2026-01-02T03:04:05Z". */
export function renderHolder({ host, pid, since }: LeaseHolder): string {
  const who = pid === undefined ? 'a process that has just begun' : `process ${pid} on ${host}`;
  return since === undefined ? who : `${who}, since ${since}`;
}

/** What a run of a plan is asked for. */
export interface PlanOptions {
  readonly store: TrialStore;
  /** The plan that the trials are a part of: the folder's summary is of all its trials. The trials alone if not given. */
  readonly whole?: readonly Trial[];
  /** `left`: the folder's summary and plan are another run's to write. */
  readonly summary?: 'written' | 'left';
  readonly which: Which;
  /** `fail`: a trial that another runner has is an error; `wait`: it is waited for, at the end; `leave`: it is left to it. */
  readonly whenInUse: 'wait' | 'fail' | 'leave';
  readonly whenFailed: 'continue' | 'stop';
  /** `fresh`: where none of a trial's checkpoints can be used, they are set aside and it starts over. */
  readonly checkpoints: 'required' | 'fresh';
  /** The epoch after which a trial is left, with a checkpoint; nothing where it goes on to its end. */
  untilEpoch?(trial: Trial): number | undefined;
  /** Asks for an orderly end: running trials write a checkpoint, others do not start. */
  readonly stop: AbortSignal;
  readonly reporter: PlanReporter;
  /** Sees to what training needs; called once, and only if something is to be trained. */
  prepare(): Promise<Launcher>;
}

/** Is told how a plan goes on. */
export interface PlanReporter {
  /** These trials will be trained; so many of the plan's others have a result. */
  chosen(trials: readonly Trial[], keptCount: number): void;
  /** Other code of prep-lab made results of these chosen trials, in these folders: they stay as they are. */
  otherCode(folders: readonly string[]): void;
  /** Another runner has the trial. */
  waiting(trial: Trial, holder: LeaseHolder): void;
  /** The trial's stored result cannot be used; it was set aside, and the trial is trained again. */
  setAside(trial: Trial, reason: string): void;
  started(trial: Trial): void;
  interrupted(trial: Trial): void;
  /** It was left after this epoch, and may go on later. */
  paused(trial: Trial, epoch: number): void;
  ended(trial: Trial, result: TrialResult): void;
  /** Called with the whole plan's results so far, in its order, one call at a time, and at the end of the run. */
  stored(results: Results): Promise<void>;
}

/** Tells nobody how a plan goes on. */
export const silentReporter: PlanReporter = {
  chosen() {},
  otherCode() {},
  waiting() {},
  setAside() {},
  started() {},
  interrupted() {},
  paused() {},
  ended() {},
  async stored() {},
};

/** A plan on its way. */
export interface RunningPlan extends Omit<PlanOptions, 'prepare' | 'stop'> {
  readonly launcher: TrialLauncher;
  readonly freeSlots: Slot[];
  readonly results: PlanResults;
  /** Ids of the chosen trials that have not come to a result. */
  readonly left: Set<string>;
  /** Aborted by a signal, by a failure that stops, and by an error that ends the run. */
  readonly ending: AbortSignal;
  /** Lets the run end in good order: the running trials write their checkpoints. */
  end(): void;
}

/**
 * Trains a trial under its lease and stores what came of it, unless another runner did so before the lease was ours.
 * @throws UserError for what ends the run
 */
async function runHeldTrial(plan: RunningPlan, trial: Trial, lease: Lease): Promise<void> {
  const { store, which } = plan;
  const stored = await store.look(trial);
  if ('result' in stored && !isChosen(stored.status, which)) return take(plan, stored.result);
  const untilEpoch = plan.untilEpoch?.(trial);
  if (stored.status === 'partial' && untilEpoch !== undefined) {
    // Another runner has come that far: it said so.
    if ((await store.readHistory(trial)).length >= untilEpoch) return;
  }
  await clearFolder(plan, trial, stored.status === 'damaged' ? stored.reason : undefined);
  const slot = plan.freeSlots.pop();
  if (!slot) throw new Error('More trials run than there are places.');
  try {
    const place = { slot, lease, ...(untilEpoch !== undefined && { untilEpoch }) };
    const end = await runProcess(plan, trial, place);
    await settle(plan, trial, { slot, lease, end });
  } finally {
    plan.freeSlots.push(slot);
  }
}

/** What cannot be used is kept, out of the way. */
async function clearFolder(plan: RunningPlan, trial: Trial, damage?: string): Promise<void> {
  const { store, which, reporter } = plan;
  if (damage !== undefined) {
    await store.setAside(trial, 'result');
    reporter.setAside(trial, damage);
  }
  if (which === 'all') return store.removeCheckpoints(trial);
  if (plan.checkpoints === 'required') return;
  const reason = await store.findUnusableCheckpoints(trial);
  if (reason === undefined) return;
  await store.setAside(trial, 'checkpoints');
  reporter.setAside(trial, reason);
}

async function runProcess(plan: RunningPlan, trial: Trial, place: TrialPlace): Promise<TrialEnd> {
  const { ending, reporter, launcher } = plan;
  const process = launcher.start(trial, place);
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    reporter.started(trial);
  };
  if (process.begun) void process.begun.then(begin);
  else begin();
  const stop = () => process.stop();
  if (ending.aborted) stop();
  ending.addEventListener('abort', stop, { once: true });
  const end = await process.ended.finally(() => ending.removeEventListener('abort', stop));
  // What ends the parent often reaches its children too.
  const isInterrupted = end.type === 'interrupted' || (end.type === 'died' && ending.aborted);
  if (isInterrupted && hasBegun) reporter.interrupted(trial);
  return isInterrupted ? { type: 'interrupted' } : end;
}

async function settle(
  plan: RunningPlan,
  trial: Trial,
  { slot, lease, end }: TrialPlace & { readonly end: TrialEnd },
): Promise<void> {
  const { launcher, reporter, store } = plan;
  if (end.type === 'interrupted') return;
  if (end.type === 'paused') {
    const { history } = end;
    if (history) await store.commitHistory({ trial, history, lease });
    plan.left.delete(trial.id);
    return reporter.paused(trial, plan.untilEpoch?.(trial) ?? 0);
  }
  const result = asStorable(
    end.type === 'died' ? launcher.failAfterDeath(trial, slot, end) : end.result,
  );
  const predicted = end.type === 'ended' ? end.predicted : undefined;
  await store.commit({ trial, result, predicted, lease });
  reporter.ended(trial, result);
  await take(plan, result);
  if (result.status === 'failed' && plan.whenFailed === 'stop') plan.end();
}

async function take({ results, left }: RunningPlan, result: TrialResult): Promise<void> {
  results.set(result);
  left.delete(result.id);
  await results.publish();
}

/** Runs a trial if no other runner has it; else puts it among those in use. @throws UserError for what ends the run */
export async function runIfFree(plan: RunningPlan, trial: Trial, inUse: Trial[]): Promise<void> {
  const lease = await tryAcquireLease(plan.store.folderOf(trial));
  if (!lease.held) return runHolding(plan, trial, lease);
  if (plan.whenInUse === 'fail') throw isInUse(trial, lease);
  inUse.push(trial);
}

/** Runs a trial when no other runner has it any more. @throws UserError for what ends the run */
export async function runWhenFree(plan: RunningPlan, trial: Trial): Promise<void> {
  const lease = await acquireLease(plan.store.folderOf(trial), {
    onWait: (holder) => plan.reporter.waiting(trial, holder),
    signal: plan.ending,
  }).catch((error: unknown) => {
    if (!plan.ending.aborted) throw error;
  });
  if (lease) await runHolding(plan, trial, lease);
}

async function runHolding(plan: RunningPlan, trial: Trial, lease: Lease): Promise<void> {
  try {
    await runHeldTrial(plan, trial, lease);
  } finally {
    await lease.release();
  }
}

function isInUse(trial: Trial, holder: LeaseHolder): UserError {
  return new UserError(
    `Trial "${trial.id}" is being trained by another prep-lab (${renderHolder(holder)}).`,
    {
      hint: 'wait for it, leave --no-wait out to have this done for you, or use another --out.',
      exitCode: exitCodes.resultsInUse,
    },
  );
}
