import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { discard, removeLeftovers } from '../../storage/leftovers.js';
import { readSealedFolder } from '../../storage/sealed-folder.js';
import { DamagedFolderError } from '../../storage/sealed-manifest.js';
import { asWriteError } from '../../storage/storage-error.js';
import { exitCodes, UserError } from '../../user-error.js';

export const checkpointKind = 'checkpoint';

/** The newest may turn out to be damaged: the one before it then serves. */
const keptCheckpoints = 2;

/** Where a training was: epochs done, and steps done of the next one. */
export interface CheckpointPlace {
  readonly epoch: number;
  readonly step: number;
}

/** Names a checkpoint's folder so that names sort as checkpoints follow each other. */
export function nameCheckpoint({ epoch, step }: CheckpointPlace): string {
  const digits = (count: number) => String(count).padStart(6, '0');
  return `epoch-${digits(epoch)}-step-${digits(step)}`;
}

/** Returns the names of a trial's checkpoints, newest first. @throws UserError (storage) */
export async function listCheckpoints(parent: string): Promise<string[]> {
  const names = await readdir(parent).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    // A folder that cannot be read is not an empty one: the trial would begin anew.
    throw asWriteError(error, parent);
  });
  return names
    .filter((name) => parseName(name) !== undefined)
    .sort()
    .reverse();
}

/** Returns the place that a checkpoint's name tells, or nothing if it is not such a name. */
export function parseName(name: string): CheckpointPlace | undefined {
  const [, epoch, step] = /^epoch-(\d{6,})-step-(\d{6,})$/.exec(name) ?? [];
  return epoch && step ? { epoch: Number(epoch), step: Number(step) } : undefined;
}

/**
 * Reads the newest checkpoint that is whole; `damaged` tells of newer ones that are not.
 * @throws UserError (cannot resume) if there are checkpoints and none can be used: a trial is never silently begun anew.
 */
export async function readNewestCheckpoint(
  parent: string,
  key: string,
): Promise<{ readonly files?: Map<string, Buffer>; readonly damaged: readonly string[] }> {
  const damaged: string[] = [];
  for (const name of await listCheckpoints(parent)) {
    try {
      const files = await readSealedFolder(join(parent, name), { kind: checkpointKind, key });
      return { files, damaged };
    } catch (error) {
      if (!(error instanceof DamagedFolderError)) throw error;
      damaged.push(error.message);
    }
  }
  if (damaged.length > 0) throw unusable(parent, damaged);
  return { damaged };
}

/**
 * Removes all checkpoints but `newest` and the one before it, and what dead writers left. Those of a later place are
 * damaged ones: the training passed them over.
 * @throws UserError (storage)
 */
export async function keepNewest(parent: string, newest: string): Promise<void> {
  try {
    const names = await listCheckpoints(parent);
    const start = names.indexOf(newest);
    const kept = start < 0 ? names : names.slice(start, start + keptCheckpoints);
    for (const name of names) if (!kept.includes(name)) await discard(join(parent, name));
  } catch (error) {
    throw asWriteError(error, parent);
  }
  await removeLeftovers(parent);
}

function unusable(parent: string, damaged: readonly string[]): UserError {
  return new UserError(`No checkpoint in "${parent}" can be used: ${damaged.join(' ')}`, {
    hint: '"--fresh" sets them aside and trains the trial from its beginning.',
    exitCode: exitCodes.cannotResume,
  });
}
