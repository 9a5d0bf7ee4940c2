import type { Progress } from '../progress.js';
import { acquireLease } from './lease.js';

export interface FolderLock {
  /** Made if it is not there. */
  readonly folder: string;
  /** Told once if another process works there, such as "Another prep-lab fetches CIFAR-10: waiting for it." */
  readonly waiting: string;
  readonly progress: Progress;
}

/**
 * Runs `work` while this process has the folder's lease, and waits for it as long as another one lives. After a wait
 * the other process may have done the work: look again.
 * @throws UserError (storage) if the folder cannot be written.
 */
export async function withFolderLock<Result>(
  { folder, waiting, progress }: FolderLock,
  work: () => Promise<Result>,
): Promise<Result> {
  let isTold = false;
  const lease = await acquireLease(folder, {
    // Of several holders in turn, and of one that has not written its name yet, one line tells enough.
    onWait: () => {
      if (!isTold) progress.note(waiting);
      isTold = true;
    },
  });
  try {
    return await work();
  } finally {
    // A lease that was overtaken, as by a machine that slept, has nothing left to give back. The work went on all the
    // same, because what it makes is placed by renaming: its own result or error counts.
    await lease.release().catch(() => {});
  }
}
