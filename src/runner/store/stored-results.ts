import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTrialResult } from '../../results/parse-results.js';
import { readResults } from '../../results/read-results.js';
import type { TrialResult } from '../../results/result.js';
import { readSealedFolder } from '../../storage/sealed-folder.js';
import { DamagedFolderError } from '../../storage/sealed-manifest.js';
import { exitCodes, UserError } from '../../user-error.js';
import { resultKind } from './trial-store.js';

/** A trial's result as it lies in a results folder, whatever plan it is of. */
export interface StoredResult {
  readonly result: TrialResult;
  /** The class predicted for each test image; left out where the trial failed. */
  readonly predicted: Uint8Array | undefined;
  /** The results folder. */
  readonly folder: string;
}

/** What a results folder holds. */
export interface FolderContent {
  /** In the order of the folder's last run; others come after, by their names. */
  readonly results: readonly StoredResult[];
  /** Names of trials that were begun and have no result. */
  readonly unfinished: readonly string[];
}

/**
 * Reads the results of all trials in a folder, each byte checked.
 * @throws UserError if there is no such folder, or a result is damaged.
 */
export async function readStoredResults(folder: string): Promise<FolderContent> {
  const names = await listTrialFolders(folder);
  const results: StoredResult[] = [];
  const unfinished: string[] = [];
  for (const name of names) {
    const stored = await readStored(folder, name);
    // What a search trained is not what it compares.
    if (stored?.result.experiment.search) continue;
    if (stored) results.push(stored);
    else unfinished.push(name);
  }
  return { results, unfinished };
}

async function listTrialFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`"${folder}" must be a results folder; it cannot be read (${code}).`, {
      hint: 'name a folder that "prep-lab run --out" wrote.',
      cause: error,
    });
  });
  const present = new Set<string>();
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const parts = await readdir(join(folder, name));
    if (parts.includes('result') || parts.includes('checkpoints')) present.add(name);
  }
  const planned = await readResults(folder).then(
    ({ trials }) => trials.map(({ id }) => id),
    () => [],
  );
  return [...new Set([...planned.filter((id) => present.has(id)), ...[...present].sort()])];
}

/**
 * Returns a trial's result as it lies in a results folder; nothing where there is none.
 * @throws UserError (storage) if it is damaged
 */
export async function readStored(folder: string, name: string): Promise<StoredResult | undefined> {
  const path = join(folder, name, 'result');
  try {
    const files = await readSealedFolder(path, { kind: resultKind });
    const parsed = parseTrialResult(files.get('trial.json')?.toString('utf8') ?? '');
    if (!parsed.value)
      throw damaged(`"${join(path, 'trial.json')}": ${parsed.problems[0]?.message}`);
    return { result: parsed.value, predicted: files.get('predictions.bin'), folder };
  } catch (error) {
    if (!(error instanceof DamagedFolderError)) throw error;
    if (error.damage === 'absent') return undefined;
    throw damaged(error.message);
  }
}

function damaged(message: string): UserError {
  return new UserError(message, {
    hint: 'the run that made it, given once more, trains the trial again.',
    exitCode: exitCodes.storage,
  });
}
