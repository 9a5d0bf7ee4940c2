import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Results, TrialResult } from '../../../src/results/result.js';
import { asStorable } from '../../../src/results/storable.js';
import { encodeCheckpoint } from '../../../src/runner/checkpoint.js';
import { openTrialStore } from '../../../src/runner/store/trial-store.js';
import type { Trial } from '../../../src/runner/trial.js';
import { tryAcquireLease } from '../../../src/storage/lease.js';
import { writeSealedFolder } from '../../../src/storage/sealed-folder.js';
import { exitCodes } from '../../../src/user-error.js';
import { mountSmallDisk } from '../../engine/install/small-disk.js';
import { storedTrial } from '../../results/stored-trial.js';
import { temporaryFolder } from '../../temporary-folder.js';

const done = storedTrial('done');
const failed = storedTrial('failed');
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

/** A lease that is always ours. */
const lease = { requireCurrent: async () => {} };

async function newStore() {
  const folder = join(await temporaryFolder(), 'results');
  return { folder, store: await openTrialStore(folder), own: join(folder, id) };
}

/** Of a training that has not begun. */
const checkpointFiles = encodeCheckpoint({
  state: {
    ...{ epoch: 0, step: 0, seconds: 0, history: [], gradientNorms: [], tensors: [] },
    callbacks: {
      earlyStopping: { wait: 0, stop: false },
      plateau: { wait: 0, cooldownLeft: 0, learningRate: 0.001 },
    },
  },
  past: { startedAt: '2026-01-02T03:04:05Z', durationSeconds: 1, resumeCount: 0 },
});

async function writeCheckpoint(
  own: string,
  epoch: number,
  files = checkpointFiles,
): Promise<string> {
  const path = join(own, 'checkpoints', `epoch-00000${epoch}-step-000000`);
  await writeSealedFolder(path, { kind: 'checkpoint', key, files });
  return path;
}

test('knows nothing of a trial at first, and looking leaves no trace', async () => {
  const { folder, store } = await newStore();
  expect(await store.look(trial)).toEqual({ status: 'new' });
  expect(await readdir(folder)).toEqual([]);
});

test('a trial with a checkpoint is partial, one with a result done, without checkpoints', async () => {
  const { store, own } = await newStore();
  await writeCheckpoint(own, 3);
  expect(await store.look(trial)).toEqual({ status: 'partial', epochs: 3 });
  await store.commit({ trial, result: done, predicted: new Uint8Array([1, 2]), lease });
  expect(await store.look(trial)).toEqual({ status: 'done', result: done });
  expect(await readdir(own)).toEqual(['result']);
  expect((await readdir(join(own, 'result'))).sort()).toEqual([
    'manifest.json',
    'predictions.bin',
    'trial.json',
  ]);
});

test('a failed trial keeps its checkpoints', async () => {
  const { store, own } = await newStore();
  await writeCheckpoint(own, 3);
  await store.commit({ trial, result: failed, lease });
  expect(await store.look(trial)).toEqual({ status: 'failed', result: failed });
  expect((await readdir(own)).sort()).toEqual(['checkpoints', 'result']);
});

test('a result is shown with the names and texts of today', async () => {
  const { store } = await newStore();
  await store.commit({ trial, result: done, lease });
  const today = { ...trial, experiment: { ...experiment, description: 'New words.' } };
  const stored = await store.look(today);
  expect('result' in stored && stored.result.experiment.description).toBe('New words.');
});

test('a trial whose checkpoint is on another machine is partial by the epochs that came back', async () => {
  const { store, own } = await newStore();
  const { history } = done;
  await store.commitHistory({ trial, history, lease });
  expect(await store.look(trial)).toEqual({ status: 'partial', epochs: history.length });
  expect(await store.readHistory(trial)).toEqual(history);
  const other = { ...trial, key: 'e'.repeat(64) };
  expect(await store.readHistory(other)).toEqual([]);
  await store.commit({ trial, result: done, lease });
  expect(await readdir(own)).toEqual(['result']);
});

test('an overtaken runner writes nothing', async () => {
  const { store, own } = await newStore();
  const ours = await tryAcquireLease(own);
  if (ours.held) throw new Error('The folder is new.');
  await writeCheckpoint(own, 3);
  await writeFile(
    join(own, 'lease-2'),
    (await readFile(join(own, 'lease-1'), 'utf8')).replace(ours.token, 'x'),
  );
  const commit = store.commit({ trial, result: done, lease: ours });
  await expect(commit).rejects.toMatchObject({ exitCode: exitCodes.resultsInUse });
  expect(await store.look(trial)).toEqual({ status: 'partial', epochs: 3 });
  expect((await readdir(own)).sort()).toEqual(['checkpoints', 'lease-1', 'lease-2']);
});

test.each(['trial.json', 'predictions.bin', 'manifest.json'])(
  'a result with a damaged %s is told, kept aside and can be made anew',
  async (name) => {
    const { store, own } = await newStore();
    const commit = { trial, result: done, predicted: new Uint8Array([1, 2]), lease };
    await store.commit(commit);
    const path = join(own, 'result', name);
    await writeFile(path, (await readFile(path)).subarray(1));
    expect(await store.look(trial)).toEqual({
      status: 'damaged',
      reason: expect.stringContaining(`"${path}"`),
    });
    expect(await store.setAside(trial, 'result')).toBe(join(own, 'result.aside-1'));
    expect(await store.look(trial)).toEqual({ status: 'new' });
    await store.commit(commit);
    expect(await store.look(trial)).toMatchObject({ status: 'done' });
    expect(await store.setAside(trial, 'result')).toBe(join(own, 'result.aside-2'));
  },
);

test('a damaged result that waits for its successor can be set aside', async () => {
  const { store, own } = await newStore();
  await store.commit({ trial, result: done, lease });
  await rename(join(own, 'result'), join(own, '.replaced-result'));
  expect(await store.look(trial)).toMatchObject({ status: 'done' });
  await writeFile(join(own, '.replaced-result', 'trial.json'), '');
  expect(await store.look(trial)).toMatchObject({ status: 'damaged' });
  await store.setAside(trial, 'result');
  expect(await store.look(trial)).toEqual({ status: 'new' });
});

test('a result of another trial is not taken', async () => {
  const { store } = await newStore();
  await store.commit({ trial, result: done, lease });
  expect(await store.look({ ...trial, key: 'f'.repeat(64) })).toMatchObject({
    status: 'damaged',
    reason: expect.stringContaining('belongs to the trial with key "01234567"'),
  });
});

test('an intact result in a form that is not known is told with its reason', async () => {
  const { store, own } = await newStore();
  const path = join(own, 'result');
  await writeSealedFolder(path, { kind: 'result', key, files: { 'trial.json': '{"status": 7}' } });
  expect(await store.look(trial)).toEqual({
    status: 'damaged',
    reason: `"${join(path, 'trial.json')}": status 7 is not known.`,
  });
});

test('tells when none of the checkpoints can be used', async () => {
  const { store, own } = await newStore();
  expect(await store.findUnusableCheckpoints(trial)).toBeUndefined();
  const path = await writeCheckpoint(own, 1);
  expect(await store.findUnusableCheckpoints(trial)).toBeUndefined();
  const { size } = await stat(join(path, 'state.json'));
  await writeFile(join(path, 'state.json'), '');
  expect(await store.findUnusableCheckpoints(trial)).toBe(
    `No checkpoint in "${join(own, 'checkpoints')}" can be used: "${join(path, 'state.json')}" must have ${size} bytes, has 0.`,
  );
});

test('an intact checkpoint that another version wrote cannot be used either', async () => {
  const { store, own } = await newStore();
  await writeCheckpoint(own, 1, { ...checkpointFiles, 'past.json': '{"since": 1}' });
  expect(await store.findUnusableCheckpoints(trial)).toBe(
    'The checkpoint cannot be continued: past.json is not of the form that this prep-lab reads.',
  );
  await writeCheckpoint(own, 2, { ...checkpointFiles, 'state.json': '{"version": 7}' });
  expect(await store.findUnusableCheckpoints(trial)).toBe(
    'The checkpoint cannot be continued: its format is version 7, and this prep-lab reads version 1.',
  );
});

test('writes the summary, and leaves it alone when nothing changed', async () => {
  const { folder, store } = await newStore();
  const results = { format: 'prep-lab results', version: 2, trials: [done] } as const;
  await store.writeSummary(results, '| table |\n');
  const before = await stat(join(folder, 'results.json'));
  await store.writeSummary(results, '| other |\n');
  const after = await stat(join(folder, 'results.json'));
  expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  expect(await readFile(join(folder, 'table.md'), 'utf8')).toBe('| other |\n');
  expect(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))).toEqual(results);
  expect((await readdir(folder)).sort()).toEqual(['results.json', 'table.md']);
});

test('writes results trial by trial as JSON of the whole', async () => {
  const { folder, store } = await newStore();
  const finding = { arm: 'a\nb', rule: 'near-chance', severity: 'warning', text: 'Line\nbreak.' };
  for (const trials of [[], [done], [done, { ...failed, reason: 'Two\n  lines' }]]) {
    const results = { format: 'prep-lab results', version: 2, trials, findings: [finding] };
    await store.writeSummary(results as unknown as Results, 'table');
    const text = await readFile(join(folder, 'results.json'), 'utf8');
    expect(text).toBe(`${JSON.stringify(results, null, 2)}\n`);
  }
});

test('refuses a disk without room before anything is trained', async ({ skip }) => {
  const disk = await mountSmallDisk(join(await temporaryFolder(), 'disk'));
  if (disk === undefined) return skip('mounting a small disk is not allowed here');
  await expect(openTrialStore(join(disk, 'results'))).rejects.toMatchObject({
    message: expect.stringMatching(
      /has no room for results: 16,777,216 bytes are needed, 1,0\d\d,\d{3} are free\.$/,
    ),
    exitCode: exitCodes.storage,
  });
});

test('refuses a folder that is a file', async () => {
  const path = join(await temporaryFolder(), 'results');
  await writeFile(path, '');
  await expect(openTrialStore(path)).rejects.toMatchObject({
    message: `"${path}" cannot be written: a part of the path is not a folder (EEXIST).`,
    exitCode: exitCodes.storage,
  });
});

test('a loss that is not finite makes a failed trial with its reason', () => {
  const broken: TrialResult = { ...done, test: { ...done.test, loss: Number.POSITIVE_INFINITY } };
  const storable = asStorable(broken);
  expect(storable).toMatchObject({
    status: 'failed',
    id,
    reason: 'The result is not a finite number: test.loss must be a number.',
    history: done.history,
  });
  expect(storable).not.toHaveProperty('test');
  expect(asStorable(done)).toEqual(done);
});

test('a failed trial is stored with the epochs that have numbers', () => {
  const history = failed.history.map((record) =>
    record.epoch < 3 ? record : { ...record, trainLoss: Number.NaN },
  );
  expect(asStorable({ ...failed, history }).history).toEqual(failed.history.slice(0, 2));
});
