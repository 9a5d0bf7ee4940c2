import type * as BullMq from 'bullmq';
import { leaseSeconds } from '../../../storage/lease-file.js';
import { exitCodes, UserError } from '../../../user-error.js';
import type { Trial } from '../../trial.js';
import { type RedisPlace, unreachable } from './redis-place.js';

/** Where runs and workers of a project meet. */
export interface MeetingPlace {
  readonly redis: RedisPlace;
  /** All keys in Redis begin with it. */
  readonly project: string;
}

/** The reason of a job that its run stopped. */
export const stoppedReason = 'stopped by the run';

/** How long a worker may be silent until its trial is given to another, as the holder of a lease. */
export function silenceMilliseconds(): number {
  return leaseSeconds({}) * 1000;
}

/** How often a trial may lose its worker until that is the trial's own fault. */
export const mostLosses = 20;

/** Returns what queue, worker and events of a project are made with. */
export function describeQueue({ redis, project }: MeetingPlace) {
  // Commands wait while Redis is away, such as when it is started anew.
  const connection = { ...redis, maxRetriesPerRequest: null };
  return { name: 'trials', options: { connection, prefix: `prep-lab:${project}` } };
}

/** Names a trial's job: the same training is one job, whoever asks for it. */
export function nameJob({ id, key }: Pick<Trial, 'id' | 'key'>, untilEpoch?: number): string {
  const rung = untilEpoch === undefined ? '' : `-until${untilEpoch}`;
  return `${id}-${key.slice(8, 24)}${rung}`;
}

/** Names a worker: its machine, and how many trials it trains at once. */
export function nameWorker(host: string, slotCount: number): string {
  return `${host}*${slotCount}`;
}

/** Returns how many trials workers train at once, by their names. */
export function countSlots(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + Number(/\*(\d+)$/.exec(name)?.[1] ?? 1), 0);
}

/** The versions that prep-lab is tested with. */
const packages = 'bullmq@6.7.0 ioredis@5.11.1';

/** Loads BullMQ, which does not come with prep-lab: few runs need it and its packages. @throws UserError */
export async function loadBullMq(): Promise<typeof BullMq> {
  try {
    await import('ioredis');
    return await import('bullmq');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UserError(
      'Redis is reached by packages that are not installed: bullmq and ioredis.',
      {
        hint: `run "npm i ${packages}" where prep-lab is installed, on each machine.`,
        cause: error,
        exitCode: exitCodes.engine,
      },
    );
  }
}

const answerSeconds = 10;

/** @throws UserError if Redis does not answer at the beginning; later it is waited for. */
export async function requireRedis({ redis }: MeetingPlace): Promise<void> {
  const { Redis } = await import('ioredis');
  const client = new Redis({ ...redis, lazyConnect: true, retryStrategy: () => null });
  let refused: unknown;
  client.on('error', (error) => {
    refused = error;
  });
  const silence = setTimeout(() => {
    refused = new Error(`no answer in ${answerSeconds} s`);
    client.disconnect();
  }, answerSeconds * 1000);
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw unreachable(redis, refused ?? error);
  } finally {
    clearTimeout(silence);
    client.disconnect();
  }
}

/** Requests to stop trials, from their run to their workers: a message could be missed, a key is there. */
export interface StopRequests {
  readonly add: (jobId: string) => Promise<void>;
  readonly isThere: (jobId: string) => Promise<boolean>;
  readonly remove: (jobId: string) => Promise<void>;
  close(): void;
}

/** A request that no worker has heard by then is of no use. */
const requestSeconds = 3600;

/** Opens the requests of a project, on a connection of their own. */
export async function openStopRequests({ redis, project }: MeetingPlace): Promise<StopRequests> {
  const { Redis } = await import('ioredis');
  const client = new Redis({ ...redis, maxRetriesPerRequest: null });
  // Whoever has a queue too tells of a Redis that is away.
  client.on('error', () => {});
  const nameKey = (jobId: string) => `prep-lab:${project}:stop:${jobId}`;
  return {
    add: async (jobId) => void (await client.set(nameKey(jobId), '1', 'EX', requestSeconds)),
    isThere: async (jobId) => (await client.exists(nameKey(jobId))) === 1,
    remove: async (jobId) => void (await client.del(nameKey(jobId))),
    close: () => client.disconnect(),
  };
}
