import type { TrialResult } from '../results/result.js';
import type { Lease } from '../storage/lease.js';
import type { Slot } from './slots.js';
import type { Trial } from './trial.js';
import type { TrialEnd, TrialProcess } from './trial-process/start-trial-process.js';

/** Has trials trained. */
export interface TrialLauncher {
  /** Where trials compute: as many run side by side. */
  readonly slots: readonly Slot[];
  start(trial: Trial, place: TrialPlace): TrialProcess;
  /** Ends what waits for more trials. */
  close?(): void;
  /** Makes the result of a trial whose process died. */
  failAfterDeath(trial: Trial, slot: Slot, death: Death): TrialResult;
}

/** Where a trial computes, and what lets it write. */
export interface TrialPlace {
  readonly slot: Slot;
  readonly lease: Lease;
}

type Death = Extract<TrialEnd, { readonly type: 'died' }>;
