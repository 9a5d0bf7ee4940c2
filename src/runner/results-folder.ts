import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { asStorageError } from '../storage/storage-error.js';
import type { Results, TrialResult } from './result.js';

/** A folder that a run writes to. */
export interface ResultsFolder {
  /** Writes `results.json`, `table.md` and the trial's own `trial.json`, each whole or not at all. */
  write(
    trial: TrialResult,
    files: { readonly results: Results; readonly table: string },
  ): Promise<void>;
}

/**
 * Makes the folder, and makes sure before anything is trained that it can be written to.
 * @throws UserError (storage)
 */
export async function openResultsFolder(folder: string): Promise<ResultsFolder> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw asStorageError(error, folder);
  }
  const write = async (path: string, text: string): Promise<void> => {
    try {
      await writeFileAtomic(path, text);
    } catch (error) {
      throw asStorageError(error, path);
    }
  };
  return {
    async write(trial, { results, table }) {
      const own = join(folder, trial.id);
      await mkdir(own, { recursive: true }).catch((error: unknown) => {
        throw asStorageError(error, own);
      });
      await write(join(own, 'trial.json'), renderJson(trial));
      await write(join(folder, 'results.json'), renderJson(results));
      await write(join(folder, 'table.md'), table);
    },
  };
}

function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
