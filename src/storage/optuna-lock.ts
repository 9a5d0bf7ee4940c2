import { randomUUID } from 'node:crypto';
import { lstat, open, rename, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Optuna's: a writer that has its lock for longer counts as dead. */
const usualGraceSeconds = 30;

/** Between two looks at a lock of somebody else. */
const longestPauseMilliseconds = 250;

/**
 * Runs `work` while this process has the lock of an Optuna journal. The lock is a new file beside it, as Optuna's
 * JournalFileOpenLock makes it; its JournalFileSymlinkLock waits for it too. One that stays for 30 seconds is taken away.
 * Source: optuna 5.0.0, storages/journal/_file.py.
 */
export async function withOptunaLock<Result>(
  journal: string,
  work: () => Promise<Result>,
  graceSeconds = usualGraceSeconds,
): Promise<Result> {
  const lock = `${journal}.lock`;
  await acquire(lock, graceSeconds);
  try {
    return await work();
  } finally {
    await takeAway(lock);
  }
}

async function acquire(lock: string, graceSeconds: number): Promise<void> {
  let [sign, seen] = ['', performance.now()];
  for (
    let pause = 1;
    !(await isMade(lock));
    pause = Math.min(2 * pause, longestPauseMilliseconds)
  ) {
    const now = await readSign(lock);
    if (now !== sign) [sign, seen] = [now, performance.now()];
    else if (performance.now() - seen > 1000 * graceSeconds) await takeAway(lock);
    await sleep(pause);
  }
}

async function isMade(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Returns what differs from holder to holder; empty where there is none now. */
async function readSign(lock: string): Promise<string> {
  const found = await lstat(lock, { bigint: true }).catch(() => undefined);
  return found ? `${found.ino} ${found.mtimeNs}` : '';
}

/** Of several that take a lock away at once, one does. */
async function takeAway(lock: string): Promise<void> {
  const taken = `${lock}${randomUUID()}.rename`;
  try {
    await rename(lock, taken);
    await unlink(taken);
  } catch (error) {
    // It was taken away before.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
