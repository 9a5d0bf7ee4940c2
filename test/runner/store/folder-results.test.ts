import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrialResult } from '../../../src/results/result.js';
import { readFolderResults } from '../../../src/runner/store/folder-results.js';
import { openTrialStore } from '../../../src/runner/store/trial-store.js';
import { exitCodes } from '../../../src/user-error.js';
import { storedTrial } from '../../results/stored-trial.js';
import { temporaryFolder } from '../../temporary-folder.js';

const lease = { requireCurrent: async () => {} };

const trialOf = (seed: number, status: 'done' | 'failed' = 'done'): TrialResult => ({
  ...(status === 'done' ? storedTrial('done') : storedTrial('failed')),
  id: `minmax-seed${seed}-00000000`,
  seed,
});

/** A folder with a plan of four, of which the summary has the first as done and the third as failed. */
async function fill() {
  const folder = join(await temporaryFolder(), 'results');
  const store = await openTrialStore(folder);
  await store.writePlan([0, 1, 2, 3].map((seed) => trialOf(seed)));
  const summarised = [trialOf(0), trialOf(2, 'failed')];
  await store.writeSummary(
    { format: 'prep-lab results', version: 2, trials: summarised },
    '# Test accuracy of 2 trials\n',
  );
  const commit = (result: TrialResult) =>
    store.commit({ trial: result, result, predicted: new Uint8Array([1]), lease });
  return { folder, commit };
}

const summarise = async (folder: string) =>
  (await readFolderResults(folder)).trials.map(({ seed, status }) => `${seed} ${status}`);

test('What was stored since the summary is in the results, in the order of the plan', async () => {
  const { folder, commit } = await fill();
  expect(await summarise(folder)).toEqual(['0 done', '2 failed']);
  await commit(trialOf(1));
  await commit(trialOf(2));
  expect(await summarise(folder)).toEqual(['0 done', '1 done', '2 done']);
});

test('Trials of other plans are left out', async () => {
  const { folder, commit } = await fill();
  await commit(trialOf(7));
  expect(await summarise(folder)).toEqual(['0 done', '2 failed']);
});

test('A plan that was cut off is told, and one that leads out of the folder', async () => {
  const { folder } = await fill();
  const file = join(folder, 'plan.json');
  const trial = { id: '../secret', experiment: 'a', seed: 0, epochs: 1 };
  for (const text of [
    '{',
    JSON.stringify({ format: 'prep-lab plan', version: 1, trials: [trial] }),
  ]) {
    await writeFile(file, text);
    await expect(readFolderResults(folder)).rejects.toMatchObject({
      message: `"${file}" was cut off or altered.`,
      exitCode: exitCodes.storage,
    });
  }
});
