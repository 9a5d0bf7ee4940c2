import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../storage/make-folder.js';
import { asStorageError } from '../../storage/storage-error.js';

const suffix = '.partial-';

/**
 * Fills a new folder beside the place and moves it there when it is finished and on the disk, so that the place holds
 * all of it or nothing, however the process ends.
 * @throws UserError (storage) for a full disk or a folder that cannot be written.
 */
export async function placeFolder(
  place: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  try {
    await makeFolder(dirname(place));
    // Not mkdtemp, whose folders only their owner can read: a cache may be shared.
    const folder = join(dirname(place), `.${basename(place)}${suffix}${randomUUID()}`);
    await mkdir(folder);
    try {
      await fill(folder);
      await syncTree(folder);
      await rm(place, { recursive: true, force: true });
      await rename(folder, place);
      await sync(dirname(place));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    throw asStorageError(error, place);
  }
}

/** Removes what killed processes left unfinished in a folder. Only safe while no other process fills one there. */
export async function removeUnfinished(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    if (name.startsWith('.') && name.includes(suffix)) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else await sync(path);
  }
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
