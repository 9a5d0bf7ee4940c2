import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFile, syncFolder } from './sync.js';

/**
 * Moves a finished file to its place so that, even after a power cut, the place holds all of it or what was there
 * before. Both paths must be on one disk.
 */
export async function placeFile(from: string, to: string): Promise<void> {
  await syncFile(from);
  await rename(from, to);
  await syncFolder(dirname(to));
}
