import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import type { Progress } from '../progress.js';
import { makeFolder } from './make-folder.js';
import { asStorageError } from './storage-error.js';

export interface FolderLockOptions {
  /** Made if it is not there. */
  readonly folder: string;
  /** The lock is `${name}.lock` in the folder. */
  readonly name: string;
  /** Told once if another process holds the lock, such as "Another prep-lab fetches CIFAR-10: waiting for it." */
  readonly waiting: string;
  readonly progress: Progress;
}

/** A dead process' lock is taken over after this time; a live one touches its lock every half of it. */
const staleMilliseconds = 20_000;

/**
 * Runs `work` while no other process holds the same lock, and waits for it as long as it takes. After a wait the
 * other process may have done the work: look again.
 * @throws UserError (storage) if the folder cannot be written.
 */
export async function withFolderLock<Result>(
  options: FolderLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const release = await acquire(options);
  try {
    return await work();
  } finally {
    // A lock that was taken away has nothing left to release; the work's own result or error counts.
    await release().catch(() => {});
  }
}

async function acquire({ folder, name, waiting, progress }: FolderLockOptions) {
  const file = join(folder, name);
  // A machine that slept finds its lock taken over. By default that ends the process; the work may go on, because
  // what it makes is placed by renaming.
  const settings = { realpath: false, stale: staleMilliseconds, onCompromised: () => {} };
  try {
    await makeFolder(folder);
    return await lockfile.lock(file, settings).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      progress.note(waiting);
      const retries = { forever: true, minTimeout: 200, maxTimeout: 1000 };
      return await lockfile.lock(file, { ...settings, retries });
    });
  } catch (error) {
    throw asStorageError(error, folder);
  }
}
