import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrialResult } from '../../../src/results/result.js';
import { readFolderStatus } from '../../../src/runner/store/folder-status.js';
import { readPlan } from '../../../src/runner/store/plan-file.js';
import { openTrialStore } from '../../../src/runner/store/trial-store.js';
import { tryAcquireLease } from '../../../src/storage/lease.js';
import { storedTrial } from '../../results/stored-trial.js';
import { temporaryFolder } from '../../temporary-folder.js';

const always = { requireCurrent: async () => {} };
const trialOf = (seed: number, status: 'done' | 'failed' = 'done'): TrialResult => ({
  ...(status === 'done' ? storedTrial('done') : storedTrial('failed')),
  id: `minmax-seed${seed}-00000000`,
  seed,
});

test('Results, leases and checkpoints say how far each trial is', async () => {
  const folder = join(await temporaryFolder(), 'results');
  const store = await openTrialStore(folder);
  const trials = [0, 1, 2, 3, 4].map((seed) => trialOf(seed));
  await store.writePlan(trials);
  const plan = (await readPlan(folder)) ?? [];
  expect(plan.map(({ id, epochs }) => [id, epochs])).toEqual(trials.map(({ id }) => [id, 10]));

  for (const result of [trialOf(0), trialOf(1, 'failed'), trialOf(2)]) {
    const predicted = result.status === 'done' ? new Uint8Array([1]) : undefined;
    await store.commit({ trial: result, result, predicted, lease: always });
  }
  const checkpoint = 'checkpoints/epoch-000003-step-000000';
  await mkdir(join(folder, trialOf(3).id, checkpoint), { recursive: true });
  const begun = await readFolderStatus(folder, plan);
  expect(begun.map(({ status }) => status)).toEqual([
    'done',
    'failed',
    'done',
    'waiting',
    'waiting',
  ]);

  const held = [2, 3].map((seed) => tryAcquireLease(join(folder, trialOf(seed).id)));
  const leases = await Promise.all(held);
  const running = await readFolderStatus(folder, plan);
  expect(running.map(({ status }) => status)).toEqual([
    'done',
    'failed',
    'running',
    'running',
    'waiting',
  ]);
  expect(running[3]).toMatchObject({ epochsDone: 3, epochs: 10, runner: { pid: process.pid } });
  for (const lease of leases) if (!lease.held) await lease.release();
  expect(await readFolderStatus(folder, plan)).toEqual(begun);
});

test('A plan may end within an epoch, as the record recipe does', async () => {
  const folder = join(await temporaryFolder(), 'results');
  const store = await openTrialStore(folder);
  const trial = trialOf(0);
  const training = { ...trial.experiment.training, epochs: 9.9 };
  await store.writePlan([{ ...trial, experiment: { ...trial.experiment, training } }]);
  expect((await readPlan(folder))?.map(({ epochs }) => epochs)).toEqual([9.9]);
});
