import { statfs } from 'node:fs/promises';
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
