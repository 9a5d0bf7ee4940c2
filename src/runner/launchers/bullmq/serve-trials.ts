import { rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Job } from 'bullmq';
import type { DatasetOptions } from '../../../datasets/dataset-options.js';
import { identifyDataset } from '../../../datasets/open.js';
import { asStorable } from '../../../results/storable.js';
import { acquireLease } from '../../../storage/lease.js';
import { UserError } from '../../../user-error.js';
import { receiveTrial } from '../../handed-trial.js';
import type { TrialLauncher } from '../../launcher.js';
import { type Conditions, readConditions } from '../../plan/conditions.js';
import {
  type LauncherSetting,
  type ProcessObserver,
  prepareLauncher,
} from '../../prepare-launcher.js';
import type { Slot } from '../../slots.js';
import type { Trial } from '../../trial.js';
import type { TrialEnd } from '../../trial-process/start-trial-process.js';
import type { WorkerMessage } from './bullmq.js';
import {
  describeQueue,
  loadBullMq,
  type MeetingPlace,
  mostLosses,
  nameWorker,
  openStopRequests,
  requireRedis,
  type StopRequests,
  silenceMilliseconds,
  stoppedReason,
  type TrialJob,
  trialJobSchema,
} from './queue.js';
import { type SealedResult, sealHistory, sealResult } from './sealed-result.js';

/** What a worker is started with. */
export interface ServeSetting
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
  readonly place: MeetingPlace;
  readonly device: Conditions['device'];
  /** Asks for an orderly end: trials write a checkpoint, and other workers get them. */
  readonly stop: AbortSignal;
  readonly reporter: ServeReporter;
}

/** Is told how a worker goes on. */
interface ServeReporter {
  /** It takes trials from now on, so many at once. */
  ready(slotCount: number): void;
  started(trial: Trial): void;
  ended(trial: Trial, end: TrialEnd): void;
  note(text: string): void;
}

/**
 * Trains what runs of a project put into Redis, until it is told to stop.
 * @throws UserError if Redis is not there, if a run is of another prep-lab, or if this machine is not in order.
 */
export async function serveTrials(setting: ServeSetting): Promise<void> {
  const bullmq = await loadBullMq();
  await requireRedis(setting.place);
  const { name, options } = describeQueue(setting.place);
  const requests = await openStopRequests(setting.place);
  const server = new TrialServer(setting, requests);
  const slotCount = await server.prepare();
  const worker = new bullmq.Worker<TrialJob, SealedResult>(
    name,
    async (job, token) => {
      const served = await server.serve(job);
      if (served === 'stopped') throw new bullmq.UnrecoverableError(stoppedReason);
      if (served !== 'given back') return served;
      await job.moveToWait(token);
      throw new bullmq.WaitingError();
    },
    {
      ...options,
      concurrency: slotCount,
      lockDuration: silenceMilliseconds(),
      stalledInterval: silenceMilliseconds() / 2,
      maxStalledCount: mostLosses,
      name: nameWorker(hostname(), slotCount),
    },
  );
  worker.on('error', (error) => server.loseRedis(error));
  worker.on('active', () => server.findRedis());
  setting.reporter.ready(slotCount);
  try {
    await server.ended;
  } finally {
    await worker.close();
    await server.close();
    requests.close();
  }
}

/** Where Redis is read now and then. */
const requestMilliseconds = 1000;

/** A person reads it on another machine; each message goes through Redis. */
const progressMilliseconds = 5000;

class TrialServer {
  readonly #setting: ServeSetting;
  readonly #requests: StopRequests;
  readonly #launchers = new Map<string, Promise<TrialLauncher>>();
  readonly #jobs = new Map<string, Job<TrialJob>>();
  #freeSlots: Slot[] = [];
  #isLost = false;
  #end: (error?: unknown) => void = () => {};
  /** Resolves when the worker was told to stop; rejects with what ends it. */
  readonly ended: Promise<void>;

  constructor(setting: ServeSetting, requests: StopRequests) {
    this.#setting = setting;
    this.#requests = requests;
    const { stop } = setting;
    this.ended = new Promise<void>((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
      stop.addEventListener('abort', () => resolve(), { once: true });
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
  async serve(job: Job<TrialJob>): Promise<SealedResult | 'given back' | 'stopped'> {
    this.findRedis();
    if (this.#setting.stop.aborted) return 'given back';
    try {
      return await this.#train(job);
    } catch (error) {
      this.#end(error);
      return 'given back';
    }
  }

  async #train(job: Job<TrialJob>): Promise<SealedResult | 'given back' | 'stopped'> {
    const { store, stop, reporter } = this.#setting;
    const { trial, conditions, order, untilEpoch } = await this.#receive(job);
    const launcher = await this.#open(conditions, order, trial.experiment.dataset);
    const lease = await acquireLease(store.folderOf(trial), { signal: stop }).catch((error) => {
      if (!stop.aborted) throw error;
    });
    if (!lease) return 'given back';
    const slot = this.#freeSlots.pop() ?? {};
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
  async #receive(job: Job<TrialJob>) {
    try {
      const parsed = trialJobSchema.safeParse(job.data);
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
      await this.#tell(job, { type: 'refused', worker: hostname(), message });
      throw error;
    }
  }

  async #follow(process: ReturnType<TrialLauncher['start']>, job: Job<TrialJob>) {
    const { stop } = this.#setting;
    const jobId = job.id ?? '';
    let isRequested = false;
    const end = () => process.stop();
    stop.addEventListener('abort', end, { once: true });
    const timer = setInterval(async () => {
      isRequested ||= await this.#requests.isThere(jobId).catch(() => false);
      if (isRequested) end();
    }, requestMilliseconds);
    try {
      return { end: await process.ended, isRequested };
    } finally {
      clearInterval(timer);
      stop.removeEventListener('abort', end);
      if (isRequested) await this.#requests.remove(jobId);
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
      const job = this.#jobs.get(trial.id);
      if (job) void this.#tell(job, message);
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

  /** What Redis does not take is not missed. */
  async #tell(job: Job<TrialJob>, message: WorkerMessage): Promise<void> {
    await job.updateProgress({ ...message }).catch(() => {});
  }

  /** Ends processes that wait for more trials. */
  async close(): Promise<void> {
    const launchers = await Promise.allSettled(this.#launchers.values());
    for (const opened of launchers) {
      if (opened.status === 'fulfilled') await opened.value.close?.();
    }
  }

  loseRedis(error: Error): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#setting.reporter.note(`Redis does not answer (${error.message}): waiting for it.`);
  }

  findRedis(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#setting.reporter.note('Redis is back.');
  }
}

type Order = Omit<TrialJob, 'trial' | 'untilEpoch'>;

/** Until a run says otherwise. */
const defaultOrder: Order = { diagnostics: true, stallSeconds: 600 };

function notReadable({ id }: Job): UserError {
  return new UserError(`The job ${id} is not one that this prep-lab reads.`, {
    hint: 'use the same version for runs and workers, or another --project for each.',
  });
}
