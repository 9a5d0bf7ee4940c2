import { acquireLease, type Lease, type LeaseHolder, tryAcquireLease } from '../storage/lease.js';
import { exitCodes, UserError } from '../user-error.js';
import { renderHolder } from './render-holder.js';
import { type RunningPlan, runHeldTrial } from './run-held-trial.js';
import type { Trial } from './trial.js';

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
