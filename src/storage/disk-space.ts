import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, UserError } from '../user-error.js';

/** Returns the bytes that this user can still write to the disk of a folder that exists. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Makes sure that a results folder has room.
 * @param purpose what the room is for: "checkpoints".
 * @throws UserError (storage), or the system's error if the folder cannot be looked at
 */
export async function requireResultSpace(
  folder: string,
  { neededBytes, purpose }: { readonly neededBytes: number; readonly purpose: string },
): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= neededBytes) return;
  const count = (bytes: number) => bytes.toLocaleString('en-US');
  throw new UserError(
    `"${folder}" has no room for ${purpose}: ${count(neededBytes)} bytes are needed, ${count(free)} are free.`,
    { hint: 'free some space, or use --out on another disk.', exitCode: exitCodes.storage },
  );
}

/** Returns the bytes of all files in a folder; files that vanish meanwhile, and a folder that is not there, count 0. */
export async function folderBytes(folder: string): Promise<number> {
  const paths = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = paths.map((path) =>
    stat(join(folder, path)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
