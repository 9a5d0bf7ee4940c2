import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../../results/result.js';
import { requireResultSpace } from '../../storage/disk-space.js';
import { removeLeftovers, temporaryPath } from '../../storage/leftovers.js';
import { asWriteError } from '../../storage/storage-error.js';
import { makeSyncedFolder, replaceFile } from '../../storage/sync.js';

/** Room for results and a small network's checkpoints. */
const neededBytes = 16 * 1024 * 1024;

/**
 * Makes a results folder, and makes sure before anything is trained that files can be written there.
 * @throws UserError (storage)
 */
export async function prepareFolder(folder: string): Promise<void> {
  const probe = temporaryPath(join(folder, 'probe'));
  try {
    await makeSyncedFolder(folder);
    await removeLeftovers(folder);
    // Permissions say little on network disks and for root: only writing tells.
    await writeFile(probe, 'x');
    await rm(probe);
    await requireResultSpace(folder, { neededBytes, purpose: 'results' });
  } catch (error) {
    throw asWriteError(error, folder);
  }
}

/** Writes the summary of a run, each file whole or not at all. @throws UserError (storage) */
export async function writeSummary(folder: string, results: Results, table: string): Promise<void> {
  await updateText(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await updateText(join(folder, 'table.md'), table);
}

/** Writes a file, whole or not at all. @throws UserError (storage) */
export async function updateText(path: string, text: string): Promise<void> {
  // A run that changes nothing leaves the files as they are, for those who watch them.
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await replaceFile(path, text);
}
