import type { TrialResult } from '../results/result.js';
import type { Lease } from '../storage/lease.js';
import type { UserError } from '../user-error.js';
import type { Failure } from './explain-failure.js';
import type { Slot } from './slots.js';
import type { Trial } from './trial.js';
import type { TrialEnd, TrialProcess } from './trial-process/start-trial-process.js';

/** Has trials trained: one by one under this run's leases, or by other prep-labs on the same results folder. */
export type Launcher = TrialLauncher | FleetLauncher;

/** Makes the result of a trial whose process died. */
type FailAfterDeath = (trial: Trial, slot: Slot, death: Death) => TrialResult;

/** Has trials trained one by one; this run holds their leases and stores what comes of them. */
export interface TrialLauncher {
  /** Where trials compute: as many run side by side. */
  readonly slots: readonly Slot[];
  start(trial: Trial, place: TrialPlace): LaunchedTrial;
  /** Returns how many trials compute at once as things are; left out where as many as there are slots. */
  countPlaces?(): Promise<number>;
  /** Ends what waits for more trials. */
  close?(): Promise<void> | void;
  readonly failAfterDeath: FailAfterDeath;
}

/** A trial on its way. */
export interface LaunchedTrial extends TrialProcess {
  /** Resolves when a worker begins it; left out where that is at once. */
  readonly begun?: Promise<void>;
}

/** Where a trial computes, and what lets it write. */
export interface TrialPlace {
  readonly slot: Slot;
  readonly lease: Lease;
  /** The epoch after which the trial is left, with a checkpoint; left out, it goes on to its end. */
  readonly untilEpoch?: number;
}

type Death = Omit<Extract<TrialEnd, { readonly type: 'died' }>, 'type'>;

/** Hands trials to tasks of a scheduler. Each task is a prep-lab that takes leases and stores results in the same folder. */
export interface FleetLauncher {
  /** How long to wait between two looks. */
  readonly pollSeconds: number;
  /** Whether the run ends as soon as the trials are handed over. */
  readonly leaves: boolean;
  /** Returns all tasks that trials of this results folder were ever handed to, in that order. @throws UserError */
  listTasks(): Promise<readonly FleetTask[]>;
  /** Sees to it that as many tasks share the work as are of use now, or at most so many. @throws UserError if it takes none. */
  share(work: SharedWork): Promise<void>;
  /** Hands trials over; what the scheduler does not take now, a later call may. @throws UserError if it takes none. */
  handOver(trials: readonly Trial[]): Promise<void>;
  /** The run was told to stop: lets the tasks go on, or ends them. */
  stop(): Promise<void>;
  readonly failAfterDeath: FailAfterDeath;
}

/** Searches that tasks share: each task goes on with what is free, and ends where nothing is. */
export interface SharedWork {
  /** Stands for the work in a task's trials; no trial's id. */
  readonly name: string;
  /** All that the searches are of. */
  readonly plan: readonly Trial[];
  /** How many trials could be trained side by side now, those that are included. */
  readonly openCount: number;
  /** How many tasks it has already. */
  readonly taskCount: number;
}

/** A task of a scheduler. */
export interface FleetTask {
  /** As the scheduler calls it, such as "12_3". */
  readonly name: string;
  /** Ids of its trials, in the order in which it trains them; or only the name of the work that it shares. */
  readonly trials: readonly string[];
  readonly state: 'waiting' | 'running' | 'ended';
  /** Says why it left trials without a result; nothing where the scheduler has forgotten it. */
  explainEnd(): Promise<TaskEnd | undefined>;
}

/** Why a task left trials without a result. */
export interface TaskEnd {
  readonly failure: Failure;
  /** Whether it ended by itself, and not by a fault of its own. */
  readonly isRegular: boolean;
  /** `begun`: only trials that it had begun failed by it, the others are handed over again; `all`: it was to train none. */
  readonly blames: 'begun' | 'all';
  /** Set where it is not the trials' fault, such as missing data: it ends the run. */
  readonly error?: UserError;
}

/** Whether trials are handed to other prep-labs. */
export function isFleet(launcher: Launcher): launcher is FleetLauncher {
  return 'handOver' in launcher;
}
