import type { Lease } from '../storage/lease.js';
import type { PlanResults } from './plan-results.js';
import type { TrialResult } from './result.js';
import { asStorable } from './results/storable.js';
import type { PlanOptions, TrialLauncher, TrialPlace } from './run-plan.js';
import type { Slot } from './slots.js';
import type { Trial } from './trial.js';
import type { TrialEnd } from './trial-process/start-trial-process.js';
import { isChosen } from './which.js';

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
export async function runHeldTrial(plan: RunningPlan, trial: Trial, lease: Lease): Promise<void> {
  const { store, which } = plan;
  const stored = await store.look(trial);
  if ('result' in stored && !isChosen(stored.status, which)) return take(plan, stored.result);
  await clearFolder(plan, trial, stored.status === 'damaged' ? stored.reason : undefined);
  const slot = plan.freeSlots.pop();
  if (!slot) throw new Error('More trials run than there are places.');
  try {
    const end = await runProcess(plan, trial, { slot, lease });
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
  reporter.started(trial);
  const process = launcher.start(trial, place);
  const stop = () => process.stop();
  if (ending.aborted) stop();
  ending.addEventListener('abort', stop, { once: true });
  const end = await process.ended.finally(() => ending.removeEventListener('abort', stop));
  // What ends the parent often reaches its children too.
  return end.type === 'died' && ending.aborted ? { type: 'interrupted' } : end;
}

async function settle(
  plan: RunningPlan,
  trial: Trial,
  { slot, lease, end }: TrialPlace & { readonly end: TrialEnd },
): Promise<void> {
  const { launcher, reporter, store } = plan;
  if (end.type === 'interrupted') return reporter.interrupted(trial);
  const result = asStorable(
    end.type === 'died' ? launcher.describeDeath(trial, slot, end) : end.result,
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
