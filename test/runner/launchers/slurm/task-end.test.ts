import { expect, test } from 'vitest';
import { explainTaskEnd, readLogEnd } from '../../../../src/runner/launchers/slurm/task-end.js';

const explain = (end: { state: string; exitCode?: number; signal?: number }, logEnd = '') =>
  explainTaskEnd({
    name: '12_3',
    end: { exitCode: 0, signal: 0, node: 'node7', ...end },
    logFile: '/r/slurm/1/logs/12_3.log',
    logEnd,
  });

test.each([
  ['CANCELLED', 'was cancelled', 'all'],
  ['OUT_OF_MEMORY', 'ran out of memory', 'begun'],
  ['NODE_FAIL', 'ended because its node failed', 'begun'],
  ['REQUEUE_HOLD', 'was held because its node failed too often', 'begun'],
  ['TIMEOUT', 'ran into its time limit', 'begun'],
  ['PREEMPTED', 'gave way to another job', 'begun'],
])('%s is told apart', (state, what, blames) => {
  const end = explain({ state });
  expect(end).toMatchObject({
    failure: { reason: `Its Slurm task 12_3 on node7 ${what}.` },
    blames,
  });
  expect(end.failure.hint).toMatch(
    /; --retry-failed goes on from the last checkpoint\. Its log is "\/r\/slurm\/1\/logs\/12_3\.log"\.$/,
  );
  expect(end.error).toBeUndefined();
});

test('A task that a signal killed is a failure of its trial', () => {
  const end = explain({ state: 'FAILED', signal: 9 });
  expect(end.failure.reason).toBe('Its Slurm task 12_3 on node7 was killed by signal 9.');
  expect(end.error).toBeUndefined();
});

test.each([
  [2, 2],
  [5, 5],
  [6, 6],
  [8, 8],
  [70, 70],
  [127, 6],
])('Exit code %i of a task ends the run with %i', (exitCode, code) => {
  const { error } = explain({ state: 'FAILED', exitCode }, 'It is said here.');
  expect(error).toMatchObject({
    message: `The Slurm task 12_3 on node7 ended with exit code ${exitCode} (FAILED): It is said here.`,
    exitCode: code,
  });
});

test('Only a task that ended by itself, with or without failed trials, is a regular one', () => {
  const regular = [0, 1, 143, 6].map((exitCode) => explain({ state: '', exitCode }).isRegular);
  expect(regular).toEqual([true, true, false, false]);
  expect(explain({ state: 'CANCELLED' }).isRegular).toBe(false);
  expect(explain({ state: 'FAILED', signal: 9 }).isRegular).toBe(false);
});

test('A task that was restarted too often says so', () => {
  expect(explain({ state: 'FAILED', exitCode: 143 }).failure.reason).toBe(
    'Its Slurm task 12_3 on node7 was put back in the queue as often as allowed.',
  );
});

test('A log ends with the error above its hint, or with its last line', () => {
  expect(readLogEnd('minmax, seed 0 ...\nNo data.\nHint: fetch them.\n')).toBe('No data.');
  expect(readLogEnd('line 12: node: command not found\n')).toBe('line 12: node: command not found');
  expect(readLogEnd('')).toBe('');
});
