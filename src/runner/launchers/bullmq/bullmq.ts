import type { Job, Queue } from 'bullmq';
import { renderCountOf } from '../../../text/quantities.js';
import { UserError } from '../../../user-error.js';
import type { LaunchedTrial, TrialLauncher } from '../../launcher.js';
import { openSealed } from '../../sealed-result.js';
import type { Trial } from '../../trial.js';
import {
  createJob,
  observeNews,
  openFailures,
  type TrialJob,
  type WorkerMessage,
} from '../../trial-job.js';
import type { TrialEnd } from '../../trial-process/start-trial-process.js';
import type { OpenSetting } from '../open-setting.js';
import {
  countSlots,
  describeQueue,
  loadBullMq,
  mostLosses,
  nameJob,
  openStopRequests,
  requireRedis,
  type StopRequests,
  silenceMilliseconds,
  stoppedReason,
} from './queue.js';
import { readRedisPlace } from './redis-place.js';

/** Trials in the queue at once, and so the most workers that one run keeps busy: each holds an open file here. */
const inQueue = 2000;

/**
 * Hands trials to workers through Redis. Nothing is computed here: neither engine nor data are needed.
 * @throws UserError (engine) where BullMQ or Redis is not there
 */
export async function openBullMq(setting: OpenSetting): Promise<TrialLauncher> {
  const { note, project, detach } = setting;
  const place = { redis: await readRedisPlace(setting.redis ?? ''), project };
  const bullmq = await loadBullMq();
  await requireRedis(place);
  const { name, options } = describeQueue(place);
  const queue = new bullmq.Queue<TrialJob>(name, options);
  const events = new bullmq.QueueEvents(name, options);
  const requests = await openStopRequests(place);
  const jobs = new FollowedJobs({ setting, queue, requests });
  queue.on('error', (error) => jobs.loseRedis(error));
  events.on('error', (error) => jobs.loseRedis(error));
  if (!detach) events.on('active', ({ jobId }) => jobs.begin(jobId));
  events.on('completed', ({ jobId }) => void jobs.look(jobId));
  events.on('failed', ({ jobId }) => void jobs.look(jobId));
  events.on('stalled', ({ jobId }) => jobs.noteLoss(jobId));
  events.on('progress', ({ jobId, data }) => jobs.hear(jobId, data as WorkerMessage));
  await events.waitUntilReady();
  const count = await queue.getWorkersCount();
  note(
    count === 0
      ? 'No worker is there yet: "prep-lab worker --redis" starts one.'
      : `Workers: ${count}.`,
  );
  const failAfterDeath = await openFailures(setting);
  return {
    slots: Array.from({ length: inQueue }, () => ({})),
    start: (trial, { untilEpoch }) => jobs.start(trial, untilEpoch),
    countPlaces: async () =>
      countSlots((await queue.getWorkers()).map(({ rawname = '' }) => rawname)),
    failAfterDeath,
    async close() {
      jobs.end();
      for (const text of jobs.renderLeft()) note(text);
      requests.close();
      await Promise.all([events.close(), queue.close()]);
    },
  };
}

interface FollowedTrial {
  readonly trial: Trial;
  readonly untilEpoch: number | undefined;
  begin(): void;
  end(end: TrialEnd): void;
  fail(error: unknown): void;
}

interface Followed {
  readonly setting: OpenSetting;
  readonly queue: Queue<TrialJob>;
  readonly requests: StopRequests;
}

/** The jobs of this run's trials. */
class FollowedJobs {
  readonly #followed: Followed;
  readonly #trials = new Map<string, FollowedTrial>();
  /** Events may be missed while Redis is away: all jobs are looked at now and then. */
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #isLost = false;
  #leftCount = 0;

  constructor(followed: Followed) {
    this.#followed = followed;
    this.#timer = setInterval(() => void this.#lookAtAll(), silenceMilliseconds() / 4);
  }

  start(trial: Trial, untilEpoch?: number): LaunchedTrial {
    const jobId = nameJob(trial, untilEpoch);
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const ended = new Promise<TrialEnd>((resolve, reject) => {
      this.#trials.set(jobId, { trial, untilEpoch, begin, end: resolve, fail: reject });
    }).finally(() => this.#trials.delete(jobId));
    void this.#begin(jobId);
    return { begun, ended, stop: () => void this.#stop(jobId) };
  }

  /** What an earlier run asked of the same job must not stop it now. */
  async #begin(jobId: string): Promise<void> {
    await this.#followed.requests.remove(jobId);
    await this.look(jobId);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Takes what came of a job, or adds the job where Redis knows none. */
  async look(jobId: string): Promise<void> {
    const followed = this.#trials.get(jobId);
    await this.#take(jobId).catch((error: unknown) => followed?.fail(error));
  }

  async #lookAtAll(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (const jobId of this.#trials.keys()) await this.look(jobId);
    this.#isLooking = false;
  }

  async #take(jobId: string): Promise<void> {
    const { queue } = this.#followed;
    const job = await queue.getJob(jobId);
    this.#findRedis();
    const followed = this.#trials.get(jobId);
    if (!followed) return;
    if (!job) await this.#add(jobId, followed);
    const end = job && findEnd(job, followed.trial);
    if (!end) return this.#leave(followed);
    // Before the job goes: whoever looks meanwhile would add it again.
    followed.end(end);
    await queue.remove(jobId);
  }

  /** With `--detach` nobody waits for it. */
  #leave({ end }: FollowedTrial): void {
    if (!this.#followed.setting.detach) return;
    this.#leftCount++;
    end({ type: 'interrupted' });
  }

  /** Says what was left in Redis, if anything was. */
  renderLeft(): string[] {
    if (this.#leftCount === 0) return [];
    const left = renderCountOf(this.#leftCount, 'trial');
    return [`Left ${left} to workers on Redis. The same command takes what is done.`];
  }

  async #add(jobId: string, { trial, untilEpoch }: FollowedTrial): Promise<void> {
    const { queue, setting } = this.#followed;
    const job = createJob(trial, untilEpoch, setting);
    await queue.add(trial.id, job, { jobId });
  }

  /** Nobody has begun a job that can be removed. */
  async #stop(jobId: string): Promise<void> {
    const { queue, requests } = this.#followed;
    await requests.add(jobId);
    const isRemoved = (await queue.remove(jobId).catch(() => 0)) === 1;
    if (isRemoved) this.#trials.get(jobId)?.end({ type: 'interrupted' });
  }

  hear(jobId: string, message: WorkerMessage): void {
    const { setting } = this.#followed;
    if (message.type === 'refused') {
      setting.note(`The worker ${message.worker} has ended: ${message.message}`);
      return;
    }
    const followed = this.#trials.get(jobId);
    if (!followed) return;
    observeNews(message, setting.observe(followed.trial));
  }

  begin(jobId: string): void {
    this.#trials.get(jobId)?.begin();
  }

  noteLoss(jobId: string): void {
    const followed = this.#trials.get(jobId);
    if (!followed) return;
    this.#followed.setting.observe(followed.trial).onNote('its worker is gone; another gets it.');
  }

  loseRedis(error: Error): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#followed.setting.note(`Redis does not answer (${error.message}): waiting for it.`);
  }

  #findRedis(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#followed.setting.note('Redis is back.');
  }
}

/** Nothing where it waits or is being trained. */
function findEnd(job: Job, trial: Trial): TrialEnd | undefined {
  return job.returnvalue ? receive(job.returnvalue, trial) : explainEnd(job);
}

function receive(sealed: unknown, trial: Trial): TrialEnd {
  try {
    return openSealed(sealed, trial);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { type: 'died', reason: error.message, past: noPast() };
  }
}

function explainEnd({ failedReason }: Job): TrialEnd | undefined {
  if (!failedReason) return undefined;
  if (failedReason === stoppedReason) return { type: 'interrupted' };
  return {
    type: 'died',
    reason: `It lost its worker more than ${mostLosses} times (${failedReason}).`,
    hint: 'look at the workers: a trial that ends its machine is one that needs too much of it.',
    past: noPast(),
  };
}

function noPast() {
  const startedAt = new Date().toISOString();
  return { startedAt, durationSeconds: 0, resumeCount: 0, history: [] };
}
