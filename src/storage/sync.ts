import { type FileHandle, open } from 'node:fs/promises';

/** Writes a new file and returns when it is on the disk, not only in the system's memory. */
export async function writeSyncedFile(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  await closing(handle, async () => {
    await handle.writeFile(content);
    await handle.sync();
  });
}

/** Returns when a file's content is on the disk. */
export async function syncFile(path: string): Promise<void> {
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

async function closing(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await handle.close();
  }
}
