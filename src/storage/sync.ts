import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { makeFolder } from './make-folder.js';

/**
 * Moves a finished file to its place so that, even after a power cut, the place holds all of it or what was there
 * before. Both paths must be on one disk.
 */
export async function placeFile(from: string, to: string): Promise<void> {
  await syncFile(from);
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Writes a new file and returns when it is on the disk, not only in the system's memory. */
export async function writeSyncedFile(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  await closing(handle, async () => {
    await handle.writeFile(content);
    await handle.sync();
  });
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
  const handle = await open(path, 'r');
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
