import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { preloadOption } from '../../faults/fault.js';
import { readOutcome } from '../../faults/outcome.js';
import { type RunSetting, run } from '../../faults/start-run.js';
import { temporaryFolder } from '../../temporary-folder.js';

// A trial takes two seconds, but half a minute where much else is at work.
vi.setConfig({ testTimeout: 900_000 });

/** What leaves most behind: a net with dropout and batch normalisation, mixed labels, Muon with averages and views. */
const mixed = {
  preprocessing: ['zscore', 'random-flip', { name: 'random-rotation', factor: 0.1 }, 'mixup'],
  model: 'deep',
  training: { precision: 'mixed-bfloat16' },
};

/** Its loss is not finite after some steps: it fails. */
const failing = {
  preprocessing: [],
  model: 'baseline',
  training: { optimizer: { name: 'sgd', learningRate: 1000, momentum: 0.99 } },
};

/** Runs all with two seeds; returns the results and how many processes were started for them. */
async function runAll(folder: string, options: readonly string[]) {
  const out = join(folder, options.length > 0 ? 'fresh' : 'reused');
  const record = resolve('experiments/record/airbench94-muon.json');
  const files = ['mixed.json', 'failing.json', record, resolve('experiments/raw.json')];
  const shape = ['--limit', '100,20', '--epochs', '1', '--seeds', '2', '--threads', '1'];
  const batch = ['--set', 'training.batchSize=20', '--set', 'training.dropLast=false'];
  const parameters = [
    'run',
    ...files,
    ...shape,
    ...batch,
    '--device',
    'cpu',
    '--out',
    out,
    ...options,
  ];
  const { end, stderr, processes } = await runCounting({ folder, parameters });
  // The two that fail.
  expect(end, stderr).toBe(1);
  return { outcome: await readOutcome(out), processes };
}

/** Runs the program; returns also how many processes were started for trials, as each of them says itself. */
async function runCounting(setting: RunSetting) {
  const log = join(await temporaryFolder(), 'processes');
  const environment = { NODE_OPTIONS: preloadOption('note-trial-process.mjs'), PROCESS_LOG: log };
  const ended = await run({ ...setting, environment });
  const processes = new Set((await readFile(log, 'utf8')).trim().split('\n'));
  return { ...ended, processes: processes.size };
}

test('Trials in one process come to the same results, bit for bit, as each in its own; a failure ends it', async () => {
  const folder = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'mixed.json'), JSON.stringify(mixed));
  await writeFile(join(folder, 'failing.json'), JSON.stringify(failing));
  const reused = await runAll(folder, []);
  const fresh = await runAll(folder, ['--fresh-processes']);
  expect(reused.outcome).toEqual(fresh.outcome);
  expect([reused.processes, fresh.processes]).toEqual([3, 8]);
});

test('Under "ulimit -t", which counts the CPU time of a process, each trial has its own', async () => {
  const folder = await temporaryFolder();
  const shape = ['--limit', '200,20', '--epochs', '1', '--seeds', '2', '--threads', '1'];
  const parameters = ['run', resolve('experiments/raw.json'), ...shape, '--device', 'cpu'];
  const { end, stderr, processes } = await runCounting({ folder, parameters, limits: '-t 10000' });
  expect(end, stderr).toBe(0);
  expect(processes).toBe(2);
});
