import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { renderFound, renderSearch } from '../../src/cli/search.js';
import type { DoneTrial } from '../../src/results/result.js';
import type { SearchRecord } from '../../src/runner/store/search-file.js';
import { withoutTimes } from '../faults/outcome.js';
import { startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

// A trial takes a second, but ten where others use the machine too.
vi.setConfig({ testTimeout: 600_000 });

const tune = {
  dataset: { trainLimit: 160, testLimit: 40 },
  preprocessing: ['minmax', 'random-flip'],
  model: 'baseline',
  training: { epochs: 3, batchSize: 20, validation: { split: 60 } },
};
const over = { 'training.optimizer.learningRate': [0.0003, 0.001, 0.003] };
const search = { over, rungs: [0.4, 1], keep: 0.7, confirm: { seeds: 2 } };

async function folderWith(files: Readonly<Record<string, object>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, file] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(file));
  }
  return folder;
}

const shape = ['--device', 'cpu', '--threads', '1'];

async function readTrial(folder: string, id: string) {
  const text = await readFile(join(folder, id, 'result', 'trial.json'), 'utf8');
  const { status, history, test: tested } = JSON.parse(text);
  return withoutTimes({ status, history, tested }) as Pick<DoneTrial, 'history'>;
}

test('Killed on the way and begun again, a search decides by the scores of uninterrupted trainings, and goes on to their results bit for bit', async () => {
  const folder = await folderWith({
    'tune.json': { ...tune, search },
    'all.json': { ...tune, name: 'tune', sweep: { set: over } },
  });
  const parameters = ['run', 'tune.json', ...shape, '--out', 'searched', '--optuna', 'tune.log'];
  const killed = startRun({ folder, parameters });
  await killed.printed(/epoch 2\/3/);
  killed.signalAll('SIGKILL');
  await killed.ended;
  const { end, stderr } = await startRun({ folder, parameters }).ended;
  expect(end, stderr).toBe(0);
  const plain = ['run', 'all.json', ...shape, '--out', 'plain'];
  expect((await runProgram(plain, { folder })).exitCode).toBe(0);

  const out = join(folder, 'searched');
  const text = await readFile(join(out, 'search.json'), 'utf8');
  const { ranking, configurations }: SearchRecord = JSON.parse(text).searches[0];
  for (const { id, epochs, validationAccuracies } of configurations) {
    const { history } = await readTrial(join(folder, 'plain'), id);
    const scores = epochs.map((epoch) => history[epoch - 1]?.validationAccuracy);
    const isBest = ranking?.includes(id);
    expect(validationAccuracies).toEqual(isBest ? scores : scores.slice(0, 1));
  }
  expect(ranking).toHaveLength(2);
  for (const id of ranking ?? []) {
    const [searched, whole] = [
      await readTrial(out, id),
      await readTrial(join(folder, 'plain'), id),
    ];
    expect(searched).toEqual(whole);
  }

  const journal = await readFile(join(folder, 'tune.log'), 'utf8');
  const lines = journal
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const counts = [0, 4, 7, 6].map((code) => lines.filter(({ op_code }) => op_code === code).length);
  // A study, its trials, a score at each rung, and how each trial ended.
  expect(counts).toEqual([1, 3, 3 + 2, 3]);
  expect(lines).toHaveLength(12);

  const status = await runProgram(['status', out], { folder });
  expect(status.stdout).toMatch(/^4 trials in .*: 4 done\.$/m);
  expect(status.stdout).toMatch(
    /^Search tune: 3 configurations in 7 of 9 epochs\. Best by validation/m,
  );
  const table = await readFile(join(out, 'table.md'), 'utf8');
  expect(table).toMatch(/Search: .* was the best of 3 configurations of a search/);
});

test('A dry run says what a search trains', async () => {
  const folder = await folderWith({ 'tune.json': { ...tune, search } });
  const { stdout, stderr } = await runProgram(['run', 'tune.json', ...shape, '--dry-run'], {
    folder,
  });
  expect(stdout).toContain('5 trials: 5 new.');
  expect(stderr).toBe(
    'Search tune: 3 to epoch 1 and 2 to the end; then the best with 2 fresh seeds. Those that are left on the way train less than is listed.\n',
  );
});

test.each([
  [
    ['--shard', '1/2'],
    'A search needs all of its configurations: --filter, --shard and --trials leave some out.',
  ],
  [['--optuna', '-'], '--optuna must name a file, received "-".'],
  [['--optuna', 'tune.json'], '--optuna "tune.json" would overwrite the experiment "tune.json".'],
  [
    ['--optuna', 'notes.txt'],
    '"notes.txt" is no journal of Optuna: line 1 must be an operation as JSON, received "mine".',
  ],
  [['--force'], '--force cannot begin a search anew: what is stored says how it goes on.'],
])('A run with a search refuses %j', async (options, message) => {
  const folder = await folderWith({ 'tune.json': { ...tune, search } });
  await writeFile(join(folder, 'notes.txt'), 'mine\n');
  const run = await runProgram(['run', 'tune.json', ...shape, ...options], { folder });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain(message);
});

test('A run without a search refuses to write one', async () => {
  const folder = await folderWith({ 'tune.json': tune });
  const run = await runProgram(['run', 'tune.json', ...shape, '--optuna', 'tune.log'], { folder });
  expect(run).toMatchObject({
    exitCode: 2,
    stderr:
      '--optuna writes searches, and none of these experiments has one.\nHint: add the key "search" to one: docs/search.md shows how.\n',
  });
});

test('validate counts the configurations, and tells the trap of schedules', async () => {
  const training = { ...tune.training, schedule: { name: 'cosine' } };
  const folder = await folderWith({ 'tune.json': { ...tune, training, search } });
  const { stdout, stderr } = await runProgram(['validate', 'tune.json'], { folder });
  expect(stdout).toContain('; 3 epochs; a search of 3 configurations');
  expect(stderr.match(/the schedule "cosine" follows the length/g)).toHaveLength(1);
});

const record: SearchRecord = {
  experiment: 'tune',
  seed: 0,
  rungs: [1 / 3, 1],
  counts: [3, 1],
  configurations: [0.001, 0.003, 0.01].map((value, index) => ({
    id: `tune-${index}`,
    changes: [{ path: 'training.optimizer.learningRate', value }],
    epochs: [1, 3],
    validationAccuracies: index === 1 ? [0.4] : [0.3],
    state: 'begun',
  })),
  ranking: null,
};

test('A search says how far it is, and then what it found', () => {
  expect(renderFound(record)).toBe('');
  expect(renderSearch(record)).toBe(
    'Search tune: of 3 configurations, 3 of 3 epoch 1 and 0 of 1 the end reached.',
  );
  const configurations = record.configurations.map((one, index) =>
    index === 1 ? { ...one, validationAccuracies: [0.4, 0.5] } : one,
  );
  expect(renderSearch({ ...record, configurations, ranking: ['tune-1'] })).toBe(
    'Search tune: 3 configurations in 5 of 9 epochs. Best by validation accuracy with seed 0: training.optimizer.learningRate=0.003 50.00 %.',
  );
});
