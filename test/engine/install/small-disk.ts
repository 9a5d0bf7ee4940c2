import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

/** Mounts a disk of some megabytes until the test ends; returns nothing where this user may not. */
export async function mountSmallDisk(folder: string, megabytes = 1): Promise<string | undefined> {
  await mkdir(folder);
  try {
    await run('/bin/mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  } catch {
    return undefined;
  }
  onTestFinished(async () => {
    await run('/bin/umount', [folder]);
  });
  return folder;
}
