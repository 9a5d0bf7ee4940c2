import { rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { DatasetOptions } from '../datasets/dataset-options.js';
import { identifyDataset } from '../datasets/open.js';
import { asStorable } from '../results/storable.js';
import { acquireLease } from '../storage/lease.js';
import { UserError } from '../user-error.js';
import { receiveTrial } from './handed-trial.js';
import type { TrialLauncher } from './launcher.js';
import { type Conditions, readConditions } from './plan/conditions.js';
import { type LauncherSetting, type ProcessObserver, prepareLauncher } from './prepare-launcher.js';
import { type SealedResult, sealHistory, sealResult } from './sealed-result.js';
import type { Slot } from './slots.js';
import type { Trial } from './trial.js';
import { type TrialJob, trialJobSchema, type WorkerMessage } from './trial-job.js';
import type { TrialEnd } from './trial-process/start-trial-process.js';

/** What a worker is started with. */
export interface ServerSetting
  extends Omit<
    LauncherSetting,
    | 'conditions'
    | 'datasets'
    | 'keepWeights'
    | 'stallSeconds'
    | 'diagnostics'
    | 'showsMetrics'
    | 'observe'
  > {
  readonly device: Conditions['device'];
  /** Asks for an orderly end: trials write a checkpoint, and other workers get them. */
  readonly stop: AbortSignal;
  readonly reporter: ServerReporter;
}

/** Is told how a worker goes on. */
export interface ServerReporter {
  started(trial: Trial): void;
  ended(trial: Trial, end: TrialEnd): void;
}

/** A trial that a run on another machine hands out. */
export interface ServedJob {
  /** As messages call it. */
  readonly name: string;
  /** A {@link TrialJob}, if the run is of this version. */
  readonly content: unknown;
  tell(message: WorkerMessage): Promise<void>;
  /** Whether its run wants it back: then it ends with a checkpoint. */
  isRecalled(): Promise<boolean>;
  /** It was given back. */
  forgetRecall(): Promise<void>;
}

/** Where the run is asked now and then. */
const requestMilliseconds = 1000;

/** A person reads it on another machine; each message goes through Redis. */
const progressMilliseconds = 5000;

/** Trains what runs on other machines hand out, on this one. */
export class JobServer {
  readonly #setting: ServerSetting;
  readonly #launchers = new Map<string, Promise<TrialLauncher>>();
  readonly #jobs = new Map<string, ServedJob>();
  #freeSlots: Slot[] = [];
  #end: (error?: unknown) => void = () => {};
  /** Resolves when the worker was told to stop; rejects with what ends it. */
  readonly ended: Promise<void>;

  constructor(setting: ServerSetting) {
    this.#setting = setting;
    const { stop } = setting;
    this.ended = new Promise<void>((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
      stop.addEventListener('abort', () => resolve(), { once: true });
      if (stop.aborted) resolve();
    });
    // It is awaited later.
    this.ended.catch(() => {});
  }

  /** Sees to engine and data before there is work. Returns how many trials run at once. */
  async prepare(): Promise<number> {
    const { device } = this.#setting;
    const { slots } = await this.#open(await readConditions({ device }), defaultOrder, {
      name: 'cifar10',
    });
    this.#freeSlots = [...slots];
    return slots.length;
  }

  /** Returns the sealed result. What ends the worker, and what it is told to stop at, another worker gets. */
  async serve(job: ServedJob): Promise<SealedResult | 'given back' | 'stopped'> {
    if (this.#setting.stop.aborted) return 'given back';
    try {
      return await this.#train(job);
    } catch (error) {
      this.#end(error);
      return 'given back';
    }
  }

  async #train(job: ServedJob): Promise<SealedResult | 'given back' | 'stopped'> {
    const { store, stop, reporter } = this.#setting;
    const { trial, conditions, order, untilEpoch } = await this.#receive(job);
    const launcher = await this.#open(conditions, order, trial.experiment.dataset);
    // Else the memory of this machine would fill up with those of each setting that was here once.
    await this.#endWaiting(launcher);
    const lease = await acquireLease(store.folderOf(trial), { signal: stop }).catch((error) => {
      if (!stop.aborted) throw error;
    });
    if (!lease) return 'given back';
    const slot = this.#freeSlots.pop() ?? launcher.slots[0] ?? {};
    this.#jobs.set(trial.id, job);
    reporter.started(trial);
    try {
      const place = { slot, lease, ...(untilEpoch !== undefined && { untilEpoch }) };
      const { end, isRequested } = await this.#follow(launcher.start(trial, place), job);
      reporter.ended(trial, end);
      if (end.type === 'interrupted') return isRequested ? 'stopped' : 'given back';
      // The search may want it further, and this worker may get it then.
      if (end.type === 'paused') return sealHistory(trial, await store.readHistory(trial));
      await store.removeCheckpoints(trial);
      if (end.type === 'ended') {
        const { result, predicted } = end;
        return sealResult({ result: asStorable(result), ...(predicted && { predicted }) });
      }
      return sealResult({ result: asStorable(launcher.failAfterDeath(trial, slot, end)) });
    } finally {
      this.#freeSlots.push(slot);
      this.#jobs.delete(trial.id);
      await lease.release();
      // Only an empty one can be removed so.
      await rmdir(store.folderOf(trial)).catch(() => {});
    }
  }

  /** @throws UserError if this worker may not train it; the run is told. */
  async #receive(job: ServedJob) {
    try {
      const parsed = trialJobSchema.safeParse(job.content);
      if (!parsed.success) throw notReadable(job);
      const { trial: handed, untilEpoch, ...order } = parsed.data;
      const { threads, execution } = handed.maker.conditions;
      const conditions = await readConditions({
        device: this.#setting.device,
        threads: Number(threads),
        execution: execution === 'eager' ? 'eager' : 'graph',
      });
      const { catalogue } = this.#setting;
      const trial = await receiveTrial(handed, { catalogue, conditions });
      return { trial, conditions, order, untilEpoch };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await job.tell({ type: 'refused', worker: hostname(), message });
      throw error;
    }
  }

  async #follow(process: ReturnType<TrialLauncher['start']>, job: ServedJob) {
    const { stop } = this.#setting;
    let isRequested = false;
    const end = () => process.stop();
    stop.addEventListener('abort', end, { once: true });
    const timer = setInterval(async () => {
      isRequested ||= await job.isRecalled();
      if (isRequested) end();
    }, requestMilliseconds);
    try {
      return { end: await process.ended, isRequested };
    } finally {
      clearInterval(timer);
      stop.removeEventListener('abort', end);
      if (isRequested) await job.forgetRecall();
    }
  }

  /** Runs may ask for other threads or images: each setting has a launcher of its own. */
  #open(conditions: Conditions, order: Order, dataset: DatasetOptions): Promise<TrialLauncher> {
    const name = JSON.stringify([conditions, order, identifyDataset(dataset)]);
    const opened =
      this.#launchers.get(name) ??
      prepareLauncher({
        ...this.#setting,
        ...order,
        conditions,
        datasets: [dataset],
        keepWeights: false,
        showsMetrics: false,
        observe: (trial) => this.#observe(trial),
      });
    this.#launchers.set(name, opened);
    return opened;
  }

  #observe(trial: Trial): ProcessObserver {
    let told = 0;
    const tell = (message: WorkerMessage) => {
      void this.#jobs.get(trial.id)?.tell(message);
    };
    return {
      onNote: (text) => tell({ type: 'note', text }),
      onEpoch: (record) => tell({ type: 'epoch', record }),
      onResumed: (place) => tell({ ...place, type: 'resumed' }),
      onProgress(progress) {
        if (performance.now() - told < progressMilliseconds) return;
        told = performance.now();
        tell({ type: 'progress', progress });
      },
    };
  }

  /** Ends processes that wait for more trials. */
  async close(): Promise<void> {
    await this.#endWaiting();
  }

  async #endWaiting(except?: TrialLauncher): Promise<void> {
    const launchers = await Promise.allSettled(this.#launchers.values());
    for (const opened of launchers) {
      if (opened.status === 'fulfilled' && opened.value !== except) await opened.value.close?.();
    }
  }
}

type Order = Omit<TrialJob, 'trial' | 'untilEpoch'>;

/** Until a run says otherwise. */
const defaultOrder: Order = { diagnostics: true, stallSeconds: 600 };

function notReadable({ name }: ServedJob): UserError {
  return new UserError(`The job ${name} is not one that this prep-lab reads.`, {
    hint: 'use the same version for runs and workers, or another --project for each.',
  });
}
