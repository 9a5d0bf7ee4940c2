import type { DoneTrial } from '../result.js';
import type { StoredTrial, TrialStore } from '../store/trial-store.js';
import type { Trial } from '../trial.js';
import { isChosen, type Which } from '../which.js';
import { createEstimator, type Speed } from './estimate.js';

/** A trial of a plan with what the results folder knows of it. */
export interface PlannedTrial {
  readonly trial: Trial;
  readonly status: StoredTrial['status'];
  /** Of its newest checkpoint; left out unless partial. */
  readonly epochsDone?: number;
  /** Whether a run would train it. */
  readonly isChosen: boolean;
  /** Of what is still to train; left out where nothing tells, or where it is not to be trained. */
  readonly estimatedSeconds?: number;
}

export interface PlanOverview {
  readonly trials: readonly PlannedTrial[];
  /** How many finished trials the estimates are from. */
  readonly sourceCount: number;
}

export interface OverviewOptions {
  readonly store: Pick<TrialStore, 'look'>;
  readonly which: Which;
  readonly speed: Speed;
  /** Trials done beside the plan's own, to estimate from. */
  readonly finished: readonly DoneTrial[];
}

/** Looks every trial of a plan up in the results folder, and guesses how long the missing ones take. */
export async function describePlan(
  plan: readonly Trial[],
  { store, which, speed, finished }: OverviewOptions,
): Promise<PlanOverview> {
  const stored: StoredTrial[] = [];
  for (const trial of plan) stored.push(await store.look(trial));
  const estimator = createEstimator(finished, speed);
  const trials = plan.map((trial, index) => {
    const found = stored[index] as StoredTrial;
    const chosen = isChosen(found.status, which);
    const epochsDone = found.status === 'partial' && which !== 'all' ? found.epochs : 0;
    const seconds = chosen ? estimator.estimate(trial, epochsDone) : undefined;
    return {
      trial,
      status: found.status,
      ...(found.status === 'partial' && { epochsDone: found.epochs }),
      isChosen: chosen,
      ...(seconds !== undefined && { estimatedSeconds: seconds }),
    };
  });
  return { trials, sourceCount: estimator.sourceCount() };
}
