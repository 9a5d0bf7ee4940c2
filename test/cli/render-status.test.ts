import { expect, test } from 'vitest';
import { renderStatus } from '../../src/cli/status.js';
import { estimateRemaining, type TrialState } from '../../src/runner/store/folder-status.js';

const now = Date.parse('2026-01-02T03:10:05Z');

const trial = (experiment: string, seed: number, state: TrialState) => ({
  ...{ id: `${experiment}-seed${seed}-01234567`, experiment, seed, epochs: 10 },
  ...state,
});

const done = { status: 'done', durationSeconds: 120 } as const;
const runner = { host: 'node-3', pid: 17, since: '2026-01-02T03:09:00Z' };
const trials = [
  trial('minmax', 0, done),
  trial('minmax', 1, { status: 'running', epochsDone: 5, runner }),
  trial('minmax', 2, { status: 'running', epochsDone: 0, runner: {} }),
  trial('raw', 0, { status: 'failed', reason: 'The loss is no longer finite (epoch 3).\nMore.' }),
  trial('raw', 1, { status: 'waiting', epochsDone: 0 }),
];

const statusOf = (some: typeof trials) => ({
  folder: 'results',
  trials: some,
  remainingSeconds: estimateRemaining(some),
});

test('What is done, runs, failed and waits is told, and how long is left', () => {
  expect(renderStatus(statusOf(trials), { now })).toBe(`\
5 trials in "results": 1 done, 1 failed, 2 running, 1 waiting.

experiment     done   failed  running  waiting
minmax            1        0        2        0
raw               0        1        0        1

Running:
  minmax-seed1-01234567: 5 of 10 epochs done; process 17 on node-3, for 1 min 5 s
  minmax-seed2-01234567: 0 of 10 epochs done; a process that has just begun

Failed ("--retry-failed" trains them once more):
  raw-seed0-01234567: The loss is no longer finite (epoch 3).

About 2 min 30 s left, 2 trials at a time.
`);
});

test('Lines are cut to the terminal, and of many only the first are shown', () => {
  const many = Array.from({ length: 13 }, (_, seed) =>
    trial('raw', seed, { status: 'failed', reason: 'A long reason that does not fit the window.' }),
  );
  const lines = renderStatus(statusOf(many), { now, columns: 50 }).trimEnd().split('\n');
  expect(lines.slice(-2)).toEqual([
    '  raw-seed9-01234567: A long reason that does not…',
    '  and 3 more',
  ]);
  expect(lines.every((line) => line.length <= 50)).toBe(true);
});

test('A folder of which all is done needs few words', () => {
  expect(renderStatus(statusOf([trial('minmax', 0, done)]), { now })).toBe(`\
1 trial in "results": 1 done.

experiment     done   failed  running  waiting
minmax            1        0        0        0
`);
});

test('Nothing is guessed before a trial is done, and a silent runner is told', () => {
  const silent = { ...runner, silentSeconds: 300 };
  const state: TrialState = { status: 'running', epochsDone: 1, runner: silent };
  const text = renderStatus(statusOf([trial('raw', 0, state)]), { now });
  expect(text).toMatch(/process 17 on node-3, for 1 min 5 s, silent for 5 min 0 s\n/);
  expect(text).toMatch(/\n\nHow long it takes is known when the first trial is done\.\n$/);
});
