import type { Stats } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { temporaryPath } from './leftovers.js';
import { makeFolder } from './make-folder.js';
import { asWriteError } from './storage-error.js';

/** A whole file, or its pieces one after the other where all of it would take much memory. */
export type FileContent = string | Uint8Array | Iterable<string>;

/**
 * Writes a file whole or not at all: even after a power cut the path shows all of it or what was there before. A file
 * that is replaced leaves its mode and owner to the new one; a link stays, and what it leads to is replaced.
 * @throws UserError (storage)
 */
export async function replaceFile(path: string, content: FileContent): Promise<void> {
  const place = await realpath(path).catch(() => path);
  const temporary = temporaryPath(place);
  try {
    const replaced = await stat(place).catch(() => undefined);
    await writeSyncedFile(temporary, content, replaced);
    await renameSynced(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const isPieces = typeof content !== 'string' && !(content instanceof Uint8Array);
    throw asWriteError(error, path, isPieces ? undefined : Buffer.byteLength(content));
  }
}

/**
 * Moves a finished file to its place so that, even after a power cut, the place holds all of it or what was there
 * before. Both paths must be on one disk.
 */
export async function placeFile(from: string, to: string): Promise<void> {
  await syncFile(from);
  await renameSynced(from, to);
}

async function renameSynced(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/**
 * Writes a new file and returns when it is on the disk, not only in the system's memory. It gets mode and owner of the
 * one that it replaces, and is never open to more than that one was: it may be secret.
 */
export async function writeSyncedFile(
  path: string,
  content: FileContent,
  replaced?: Stats,
): Promise<void> {
  const handle = await open(path, 'wx', replaced?.mode);
  await closing(handle, async () => {
    const isWhole = typeof content === 'string' || content instanceof Uint8Array;
    for (const piece of isWhole ? [content] : content) await handle.writeFile(piece);
    if (replaced) await takeAfter(handle, replaced);
    await handle.sync();
  });
}

/** Only root can give files away, and some disks know neither owners nor modes: the content counts. */
async function takeAfter(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  await handle.chown(uid, gid).catch(() => {});
  await handle.chmod(mode).catch(() => {});
}

/** Returns when a file's content is on the disk. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await closing(handle, () => handle.sync());
}

/**
 * Returns when the names in a folder are on the disk: new, renamed and removed ones.
 * A failed sync is never tried again: the system may have dropped what it could not write and would then report success.
 */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot sync a folder, and does not need to: its file systems log renames.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    // Files may be placed in a folder that nobody may list, but it cannot be synced.
    if (error.code !== 'EACCES') throw error;
  });
  if (!handle) return;
  await closing(handle, () =>
    handle.sync().catch((error: NodeJS.ErrnoException) => {
      // Some network disks know no sync of folders.
      if (error.code !== 'EINVAL' && error.code !== 'ENOTSUP') throw error;
    }),
  );
}

/** Makes a folder, and those above it, so that their names are on the disk too. One that is there is no error. */
export async function makeSyncedFolder(path: string): Promise<void> {
  const first = await makeFolder(path);
  if (first === undefined) return;
  for (let made = resolve(path); ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === resolve(first)) return;
  }
}

async function closing(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await handle.close();
  }
}
