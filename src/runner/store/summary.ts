import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { asWriteError } from '../../storage/storage-error.js';
import { exitCodes, UserError } from '../../user-error.js';
import type { Results } from '../result.js';

/** Room for results and a small network's checkpoints. */
const neededBytes = 16 * 1024 * 1024;

/**
 * Makes a results folder, and makes sure before anything is trained that files can be written there.
 * @throws UserError (storage)
 */
export async function prepareFolder(folder: string): Promise<void> {
  const trial = join(folder, `.writable-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    // Permissions say little on network disks and for root: only writing tells.
    await writeFile(trial, 'x');
    await rm(trial);
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < neededBytes) throw noSpace(folder, bavail * bsize);
  } catch (error) {
    throw asWriteError(error, folder);
  }
}

/** Writes the summary of a run. @throws UserError (storage) */
export async function writeSummary(folder: string, results: Results, table: string): Promise<void> {
  const files = { 'results.json': `${JSON.stringify(results, null, 2)}\n`, 'table.md': table };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    // A run that changes nothing leaves the files as they are, for those who watch them.
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    await writeFileAtomic(path, text).catch((error: unknown) => {
      throw asWriteError(error, path, text.length);
    });
  }
}

function noSpace(folder: string, free: number): UserError {
  const count = (bytes: number) => bytes.toLocaleString('en-US');
  return new UserError(
    `"${folder}" has no room for results: ${count(neededBytes)} bytes are needed, ${count(free)} are free.`,
    { hint: 'free some space, or use --out on another disk.', exitCode: exitCodes.storage },
  );
}
