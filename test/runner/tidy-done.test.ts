import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tidyDone } from '../../src/runner/run-plan.js';
import { openTrialStore } from '../../src/runner/store/trial-store.js';
import type { Trial } from '../../src/runner/trial.js';
import { tryAcquireLease } from '../../src/storage/lease.js';
import { storedTrial } from '../results/stored-trial.js';
import { temporaryFolder } from '../temporary-folder.js';

const done = storedTrial('done');
const { id, key, experiment, seed, writtenEpochs, changes } = done;
const trial: Trial = {
  id,
  key,
  settingKey: 'f'.repeat(64),
  experiment,
  seed,
  writtenEpochs,
  changes,
};

async function storeDone() {
  const store = await openTrialStore(join(await temporaryFolder(), 'results'));
  const lease = { requireCurrent: async () => {} };
  await store.commit({ trial, result: done, predicted: new Uint8Array([1]), lease });
  return { store, folder: store.folderOf(trial) };
}

test('a done trial loses what a killed runner has left', async () => {
  const { store, folder } = await storeDone();
  await mkdir(join(folder, 'checkpoints', 'epoch-000001-step-000000'), { recursive: true });
  await mkdir(join(folder, '.replaced-result'));
  await writeFile(join(folder, 'note.txt'), 'mine');
  await tidyDone(store, trial);
  expect((await readdir(folder)).sort()).toEqual(['note.txt', 'result']);
});

test('a done trial that another runner trains anew keeps its checkpoints', async () => {
  const { store, folder } = await storeDone();
  await mkdir(join(folder, 'checkpoints'));
  const lease = await tryAcquireLease(folder);
  await tidyDone(store, trial);
  expect((await readdir(folder)).sort()).toEqual(['checkpoints', 'lease-1', 'result']);
  if (!lease.held) await lease.release();
});

test.each(['checkpoints', 'lease-1', '.tmp-result.1', '.replaced-result'])(
  'a done trial with %s beside its result is to be tidied',
  async (name) => {
    const { store, folder } = await storeDone();
    expect(await store.look(trial)).not.toHaveProperty('hasLeftovers');
    await mkdir(join(folder, name));
    expect(await store.look(trial)).toMatchObject({ status: 'done', hasLeftovers: true });
  },
);
