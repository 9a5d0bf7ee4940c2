import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrialResult } from '../../src/results/result.js';

/** Returns the trials of a folder's results.json. */
export async function readResults(out: string): Promise<readonly TrialResult[]> {
  return JSON.parse(await readFile(join(out, 'results.json'), 'utf8')).trials;
}
