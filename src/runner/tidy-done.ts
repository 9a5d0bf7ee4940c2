import { readdir } from 'node:fs/promises';
import { tryAcquireLease } from '../storage/lease.js';
import { removeLeftovers } from '../storage/leftovers.js';
import type { TrialStore } from './store/trial-store.js';
import type { Trial } from './trial.js';

/**
 * Removes what a runner that was killed has left of a done trial: checkpoints, its lease, temporary files. Where there
 * is nothing, or another runner trains the trial anew, nothing is touched.
 * @throws UserError (storage)
 */
export async function tidyDone(store: TrialStore, trial: Trial): Promise<void> {
  const folder = store.folderOf(trial);
  const names = await readdir(folder).catch(() => []);
  if (!names.some((name) => /^(checkpoints$|lease-|\.tmp-|\.replaced-)/.test(name))) return;
  const lease = await tryAcquireLease(folder);
  if (lease.held) return;
  try {
    if ((await store.look(trial)).status !== 'done') return;
    await store.removeCheckpoints(trial);
    await removeLeftovers(folder);
  } finally {
    await lease.release();
  }
}
