import { availableParallelism } from 'node:os';
import { expect, test, vi } from 'vitest';
import { resolveThreads } from '../../src/engine/threads.js';

const cores = availableParallelism();
const range = `must be a whole number from 1 to ${64 * cores} (64 for each of ${cores} cores), received`;

test('Threads are as many as asked for, else as TensorFlow is told, else as there are cores', () => {
  expect(resolveThreads(3)).toBe(3);
  expect(resolveThreads(64 * cores)).toBe(64 * cores);
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '');
  expect(resolveThreads()).toBe(cores);
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '5');
  expect(resolveThreads()).toBe(5);
  vi.unstubAllEnvs();
});

test('More than 64 a core are refused, wherever they come from', () => {
  expect(() => resolveThreads(100_000)).toThrow(`--threads ${range} 100000.`);
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '-2');
  expect(() => resolveThreads()).toThrow(`TF_NUM_INTRAOP_THREADS ${range} -2.`);
  vi.unstubAllEnvs();
});
