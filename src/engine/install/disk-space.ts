import { freeBytes } from '../../storage/free-space.js';
import { makeFolder } from '../../storage/make-folder.js';
import { asStorageError } from '../../storage/storage-error.js';
import { exitCodes, UserError } from '../../user-error.js';

/** Refuses work that would fill the disk, before it starts. @throws UserError (storage) */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const free = await makeFolder(folder)
    .then(() => freeBytes(folder))
    .catch((error: unknown) => {
      throw asStorageError(error, folder);
    });
  if (free >= bytes) return;
  throw new UserError(
    `"${folder}" needs ${gigabytes(bytes)} of free space for the engine, but has ${gigabytes(free)}.`,
    {
      hint: 'Free some space, or name a folder on another disk in PREP_LAB_CACHE, and run the command again.',
      exitCode: exitCodes.storage,
    },
  );
}

/** Renders bytes for people, such as "1.3 GB". */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
