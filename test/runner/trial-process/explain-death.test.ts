import { expect, test } from 'vitest';
import { explainDeath } from '../../../src/runner/trial-process/start-trial-process.js';

const silent = {
  exitCode: null,
  signal: null,
  stalledSeconds: undefined,
  cpuLimitSeconds: undefined,
  output: '',
};

test('A killed process is suspected to have run out of memory', () => {
  expect(explainDeath({ ...silent, signal: 'SIGKILL' })).toEqual({
    reason: 'Its process was killed (SIGKILL), as the kernel does when memory runs out.',
    hint: 'Use a smaller training.batchSize or fewer --jobs; "dmesg" says whether it was memory.',
  });
});

test('A process without progress is told apart from one that others killed', () => {
  expect(explainDeath({ ...silent, signal: 'SIGKILL', stalledSeconds: 600 }).reason).toBe(
    'It made no progress for 600 s and was ended.',
  );
});

test('An exception that nobody caught is told by its own words, not by what Node prints last', () => {
  const output = `file:///plug-in.mjs:3
  setTimeout(() => { throw new TypeError('no such stage'); });
                           ^

TypeError: no such stage
    at Timeout._onTimeout (file:///plug-in.mjs:3:28)

Node.js v24.1.0
`;
  expect(explainDeath({ ...silent, exitCode: 1, output }).reason).toBe(
    'Its process ended with exit code 1: TypeError: no such stage',
  );
});

test('A crash shows the last line that the process printed', () => {
  const output = 'first\n2026: F tensorflow: Check failed: x\n\n';
  expect(explainDeath({ ...silent, signal: 'SIGABRT', output }).reason).toBe(
    'Its process crashed (SIGABRT): 2026: F tensorflow: Check failed: x',
  );
  expect(explainDeath({ ...silent, exitCode: 3 }).reason).toBe(
    'Its process ended with exit code 3.',
  );
});

test('A process that says that it lacked memory is told so, whatever it prints after', () => {
  const output =
    'FATAL ERROR: Reached heap limit JavaScript heap out of memory\n--- Stack ---\n 1: 0x1\n';
  expect(explainDeath({ ...silent, signal: 'SIGABRT', output })).toEqual({
    reason:
      'Its process ran out of memory (SIGABRT): FATAL ERROR: Reached heap limit JavaScript heap out of memory',
    hint: 'Use a smaller training.batchSize or fewer --jobs.',
  });
});

test('A limit on CPU time is named, for sure or as what may have been', () => {
  expect(explainDeath({ ...silent, signal: 'SIGXCPU', cpuLimitSeconds: 60 })).toEqual({
    reason:
      'Its process was killed (SIGXCPU), as the kernel does when the CPU time that "ulimit -t" allows (60 s) is used up.',
    hint: 'Raise "ulimit -t", then use --retry-failed: it goes on from the last checkpoint.',
  });
  expect(explainDeath({ ...silent, signal: 'SIGKILL', cpuLimitSeconds: 60 }).reason).toBe(
    'Its process was killed (SIGKILL), as the kernel does when the CPU time that "ulimit -t" allows (60 s) is used up, or when memory runs out.',
  );
});
