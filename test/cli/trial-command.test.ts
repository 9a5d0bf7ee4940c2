import { expect, test } from 'vitest';
import { createTrialCommand } from '../../src/cli/trial-command.js';
import { plainConditions } from '../../src/runner/plan/conditions.js';
import { experiment } from '../report/results.js';

const trial = {
  id: 'raw-seed0-01234567',
  key: '0',
  settingKey: '0',
  experiment: experiment({ name: 'raw' }),
  seed: 0,
  writtenEpochs: 1,
  changes: [],
};

const commandOf = (words: readonly string[], quick = false) =>
  createTrialCommand(trial, {
    words,
    flags: { quick, set: [] },
    conditions: { ...plainConditions(), device: 'cpu', threads: 3 },
  }).join(' ');

const start = 'prep-lab run --trials raw-seed0-01234567 --device cpu --threads 3';

test('What says which trials and on what is replaced, in both ways of writing it', () => {
  const words = 'run --shard 1/2 a.json --threads=8 --jobs 2 --device auto --trials=0-9 --seeds 3';
  expect(commandOf(words.split(' '))).toBe(`${start} a.json --seeds 3`);
});

test('Files that are named as options stay', () => {
  expect(commandOf(['run', '--dry-run', '--json', '--', '--json'])).toBe(`${start} -- --json`);
});

test('What a quick run would choose by the processor is told', () => {
  expect(commandOf(['run', 'a.json', '--quick'], true)).toBe(
    `${start} --precision float32 a.json --quick`,
  );
});
