import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cifar10Files } from '../../src/cifar10/files.js';
import { cachedData } from './cached-data.js';

/** Fills a folder with links to the real files, except those in `leaveOut`. Returns the folder. */
export async function linkData(folder: string, leaveOut: readonly string[] = []): Promise<string> {
  const from = await cachedData();
  await mkdir(folder, { recursive: true });
  for (const { name } of cifar10Files) {
    if (!leaveOut.includes(name)) await symlink(resolve(from, name), join(folder, name));
  }
  return folder;
}

/** Puts a copy of a real file into a folder and returns its path. */
export async function copyData(folder: string, name: string): Promise<string> {
  await copyFile(join(await cachedData(), name), join(folder, name));
  return join(folder, name);
}
