import { open, rm, writeFile } from 'node:fs/promises';
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
  await updateFile(join(folder, 'results.json'), () => joinPieces(renderResults(results)));
  await updateFile(join(folder, 'table.md'), () => [table]);
}

/** Yields results as JSON, trial by trial: the whole text of a large sweep has hundreds of megabytes. */
function* renderResults({ trials, ...rest }: Results): Generator<string> {
  const { format, version, ...last } = rest;
  const indent = (value: unknown, spaces: string) =>
    JSON.stringify(value, null, 2).replaceAll('\n', `\n${spaces}`);
  yield `${JSON.stringify({ format, version }, null, 2).slice(0, -2)},\n  "trials": [`;
  for (const [place, trial] of trials.entries()) {
    yield `${place > 0 ? ',' : ''}\n    ${indent(trial, '    ')}`;
  }
  yield trials.length > 0 ? '\n  ]' : ']';
  for (const [key, value] of Object.entries(last)) {
    if (value !== undefined) yield `,\n  ${JSON.stringify(key)}: ${indent(value, '  ')}`;
  }
  yield '\n}\n';
}

/** Long enough that a call of the system for each costs nothing, short enough for any memory. */
const blockLength = 1 << 20;

/** Yields the same text in fewer pieces. */
function* joinPieces(pieces: Iterable<string>): Generator<string> {
  let block = '';
  for (const piece of pieces) {
    block += piece;
    if (block.length < blockLength) continue;
    yield block;
    block = '';
  }
  yield block;
}

/**
 * Writes a file, whole or not at all. A run that changes nothing leaves it as it is, for those who watch it.
 * @throws UserError (storage)
 */
export async function updateFile(path: string, render: () => Iterable<string>): Promise<void> {
  if (!(await holds(path, render()))) await replaceFile(path, render());
}

async function holds(path: string, pieces: Iterable<string>): Promise<boolean> {
  const handle = await open(path).catch(() => undefined);
  if (!handle) return false;
  try {
    for (const piece of pieces) {
      const expected = Buffer.from(piece);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(expected.length));
      if (bytesRead !== expected.length || !expected.equals(buffer)) return false;
    }
    return (await handle.read(Buffer.alloc(1))).bytesRead === 0;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
