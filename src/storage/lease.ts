import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeldLease, type Lease } from './held-lease.js';
import {
  createSilenceWatch,
  type LeaseContent,
  type LeaseFile,
  leasePath,
  leaseSeconds,
  listLeases,
  type SilenceWatch,
} from './lease-file.js';
import { identifyProcess, judgeProcess } from './process-identity.js';
import { asWriteError } from './storage-error.js';
import { makeSyncedFolder } from './sync.js';

export { type Lease, requireLease } from './held-lease.js';

/** Another process has the folder. */
export interface LeaseHolder {
  readonly held: true;
  /** Both are left out where the holder has not written them yet. */
  readonly host?: string;
  readonly pid?: number;
  /** ISO 8601. */
  readonly since?: string;
}

export interface LeaseOptions {
  /** How long a holder may be silent; `PREP_LAB_LEASE_SECONDS`, else 60, if not given. */
  readonly leaseSeconds?: number;
}

export interface LeaseWait extends LeaseOptions {
  /** Called once for each holder that is waited for. */
  onWait?(holder: LeaseHolder): void;
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Takes a folder at once, if it is free or its holder is known to be dead. The folder is made if it is not there.
 * How: the file `lease-N` with the highest N holds. To take over is to create the next one, which only one process can;
 * its token then differs from that of a holder that was only asleep and finds out before it writes.
 * @throws UserError (storage)
 */
export async function tryAcquireLease(
  folder: string,
  options: LeaseOptions = {},
): Promise<Lease | LeaseHolder> {
  return await acquire(folder, options);
}

/**
 * Takes a folder; waits while a living process has it. One that is silent for the lease time, as seen on this process'
 * own clock, is overtaken: it is stopped, or its machine is gone.
 * @throws UserError (storage), or the signal's reason.
 */
export async function acquireLease(folder: string, wait: LeaseWait = {}): Promise<Lease> {
  const silence = createSilenceWatch(leaseSeconds(wait));
  const pollMilliseconds = Math.min(500, (leaseSeconds(wait) * 1000) / 8);
  let told = '';
  for (;;) {
    wait.signal?.throwIfAborted();
    const lease = await acquire(folder, wait, silence);
    if (!lease.held) return lease;
    if (told !== JSON.stringify(lease)) wait.onWait?.(lease);
    told = JSON.stringify(lease);
    await sleep(pollMilliseconds, undefined, wait.signal && { signal: wait.signal }).catch(
      () => {},
    );
  }
}

async function acquire(
  folder: string,
  options: LeaseOptions,
  silence?: SilenceWatch,
): Promise<Lease | LeaseHolder> {
  try {
    await makeSyncedFolder(folder);
    for (;;) {
      const seen = await listLeases(folder);
      const [highest] = seen;
      if (highest && !isStale(highest, silence)) return describeHolder(highest);
      const lease = await create(folder, seen, leaseSeconds(options));
      if (lease) return lease;
      // Two that stepped back for each other must not do so for ever.
      await sleep(Math.random() * 20);
    }
  } catch (error) {
    throw asWriteError(error, folder);
  }
}

function isStale(file: LeaseFile, silence: SilenceWatch | undefined): boolean {
  if (file.content && judgeProcess(file.content) === 'dead') return true;
  return silence?.isSilent(file) ?? false;
}

function describeHolder({ content }: LeaseFile): LeaseHolder {
  if (!content) return { held: true };
  const { host, pid, since } = content;
  return { held: true, host, pid, since };
}

/** Creates the next generation; returns nothing if another process came first. */
async function create(
  folder: string,
  seen: readonly LeaseFile[],
  seconds: number,
): Promise<Lease | undefined> {
  const generation = (seen[0]?.generation ?? 0) + 1;
  const content: LeaseContent = {
    token: randomUUID(),
    since: new Date().toISOString(),
    leaseSeconds: seconds,
    ...identifyProcess(),
  };
  const path = leasePath(folder, generation);
  const handle = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  let isOurs = false;
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await handle.sync();
    isOurs = await isAlone(folder, seen, content.token);
  } finally {
    if (!isOurs) await withdraw(path, handle);
  }
  return isOurs ? new HeldLease({ folder, generation, content, handle }) : undefined;
}

async function withdraw(path: string, handle: FileHandle): Promise<void> {
  await handle.close();
  await unlink(path).catch(() => {});
}

/**
 * Whether all other generations are those that were judged. While this process judged, a silent holder may have woken
 * and released, so that a third one began to count anew: at least one of the two sees the other here and steps back.
 */
async function isAlone(
  folder: string,
  seen: readonly LeaseFile[],
  token: string,
): Promise<boolean> {
  const judged = new Set(seen.map(nameLease));
  const now = await listLeases(folder);
  return now.every((file) => file.content?.token === token || judged.has(nameLease(file)));
}

function nameLease({ generation, content }: LeaseFile): string {
  return `${generation} ${content?.token ?? ''}`;
}
