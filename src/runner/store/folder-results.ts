import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { assembleResults } from '../../analysis/findings/compute-findings.js';
import { readResults } from '../../results/read-results.js';
import type { Results, TrialResult } from '../../results/result.js';
import { readPlan } from './plan-file.js';
import { readStored } from './stored-results.js';

/** Enough to keep a disk busy. */
const concurrency = 16;

/**
 * Reads the results of a folder's plan, also while it is being filled: those of its `results.json`, and what lies in the
 * trials' folders beside that. Of a file, or of a folder without a plan, it reads what `readResults` does.
 * @throws UserError
 */
export async function readFolderResults(path: string): Promise<Results> {
  const whole = await readPlan(path);
  if (!whole) return readResults(path);
  const plan = whole.filter(({ isSearched }) => !isSearched);
  const summary = await stat(join(path, 'results.json')).then(
    () => readResults(path),
    () => undefined,
  );
  const known = new Map((summary?.trials ?? []).map((trial) => [trial.id, trial]));
  // A failed trial may have been trained once more since.
  const results = await pMap(
    plan,
    async ({ id }) => {
      const summarised = known.get(id);
      if (summarised?.status === 'done') return summarised;
      return (await readStored(path, id))?.result ?? summarised;
    },
    { concurrency },
  );
  const trials = results.filter((result): result is TrialResult => result !== undefined);
  const isSame =
    trials.length === summary?.trials.length &&
    trials.every((trial) => known.get(trial.id) === trial);
  return isSame ? summary : assembleResults(trials);
}
