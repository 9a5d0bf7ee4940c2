import { hostname } from 'node:os';
import type { Job } from 'bullmq';
import type { SealedResult } from '../../sealed-result.js';
import {
  JobServer,
  type ServedJob,
  type ServerReporter,
  type ServerSetting,
} from '../../serve-job.js';
import type { TrialJob } from '../../trial-job.js';
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
} from './queue.js';

/** What a worker on Redis is started with. */
export interface ServeSetting extends ServerSetting {
  readonly place: MeetingPlace;
  readonly reporter: ServerReporter & {
    /** It takes trials from now on, so many at once. */
    ready(slotCount: number): void;
    note(text: string): void;
  };
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
  const server = new JobServer(setting);
  const redis = new WatchedRedis(setting.reporter);
  const slotCount = await server.prepare();
  const worker = new bullmq.Worker<TrialJob, SealedResult>(
    name,
    async (job, token) => {
      redis.find();
      const served = await server.serve(describeJob(job, requests));
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
  worker.on('error', (error) => redis.lose(error));
  worker.on('active', () => redis.find());
  setting.reporter.ready(slotCount);
  try {
    await server.ended;
  } finally {
    await worker.close();
    await server.close();
    requests.close();
  }
}

/** A request that was heard is not there for the next time. */
function describeJob(job: Job<TrialJob>, requests: StopRequests): ServedJob {
  const id = job.id ?? '';
  return {
    name: id,
    content: job.data,
    // What Redis does not take is not missed.
    tell: async (message) => void (await job.updateProgress({ ...message }).catch(() => {})),
    isRecalled: () => requests.isThere(id).catch(() => false),
    forgetRecall: () => requests.remove(id),
  };
}

/** Tells once that Redis is away, and once that it is back. */
class WatchedRedis {
  readonly #reporter: Pick<ServeSetting['reporter'], 'note'>;
  #isLost = false;

  constructor(reporter: Pick<ServeSetting['reporter'], 'note'>) {
    this.#reporter = reporter;
  }

  lose(error: Error): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#reporter.note(`Redis does not answer (${error.message}): waiting for it.`);
  }

  find(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#reporter.note('Redis is back.');
  }
}
