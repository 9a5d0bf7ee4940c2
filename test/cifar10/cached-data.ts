import { join } from 'node:path';
import { checkFolder } from '../../src/cifar10/check.js';
import { cacheFolder } from '../../src/storage/cache-folder.js';

// Taken before a test sets a cache folder of its own, and checked once a test file.
const folder = join(cacheFolder(), 'cifar10');
let checked: Promise<unknown[]> | undefined;

/** Returns the folder of the real data set in the user's cache. */
export async function cachedData(): Promise<string> {
  checked ??= checkFolder(folder);
  if ((await checked).length > 0) throw new Error('No data: run "npx prep-lab data" first.');
  return folder;
}
