import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gigabytes } from '../../engine/install/disk-space.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { folderBytes } from '../../storage/folder-size.js';
import { freeBytes } from '../../storage/free-space.js';
import type { Finding } from './finding.js';

/** The cache folder must be writable while something is still to be fetched into it. */
export async function examineCache({ needed }: { readonly needed: boolean }): Promise<Finding> {
  const subject = 'cache';
  const folder = cacheFolder();
  const existing = await nearestExisting(folder);
  const free = gigabytes(await freeBytes(existing));
  const used = gigabytes(await folderBytes(folder));
  if (await isWritable(existing)) {
    return { subject, state: 'ok', found: `${folder}, ${used} used, ${free} free` };
  }
  const found = `${folder} is not writable`;
  if (!needed) return { subject, state: '-', found: `${found}; all is there already` };
  const advice = 'Make it writable, or name another folder in PREP_LAB_CACHE.';
  return { subject, state: 'missing', found, advice };
}

async function nearestExisting(path: string): Promise<string> {
  const there = await stat(path).catch(() => undefined);
  return there || dirname(path) === path ? path : nearestExisting(dirname(path));
}

async function isWritable(folder: string): Promise<boolean> {
  const found = await stat(folder);
  if (!found.isDirectory()) return false;
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
