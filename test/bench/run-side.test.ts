import { expect, test } from 'vitest';
import { parseAnswers, sideEnvironment } from '../../bench/run-side.js';

test('answers are the lines of JSON among what libraries print', () => {
  const stdout = 'Loading ...\n{"seconds":[0.5,0.25],"peakMemoryBytes":1000}\nbye\n';
  expect(parseAnswers(stdout)).toEqual([{ seconds: [0.5, 0.25], peakMemoryBytes: 1000 }]);
});

test('a side that says nothing is a failure', () => {
  expect(() => parseAnswers('bye\n')).toThrow('it answered nothing');
});

test.each(['{"seconds":[]}', '{"seconds":[-1]}', '{"second":[1]}', '{"seconds":[nul'])(
  'the answer %s is refused',
  (line) => {
    expect(() => parseAnswers(line)).toThrow();
  },
);

test('all sides get the same number of threads', () => {
  const environment = sideEnvironment({ threads: 3, device: 'cpu', size: 'full' }, '/cache');
  const counts = Object.entries(environment).filter(([name]) => name.includes('THREADS'));
  expect(counts.length).toBeGreaterThan(3);
  for (const [, count] of counts) expect(count).toBe('3');
});

test('only a CPU run hides the GPU', () => {
  const cpu = sideEnvironment({ threads: 2, device: 'cpu', size: 'full' }, '/cache');
  const gpu = sideEnvironment({ threads: 2, device: 'gpu', size: 'full' }, '/cache');
  expect(cpu.CUDA_VISIBLE_DEVICES).toBe('-1');
  expect(gpu).not.toHaveProperty('CUDA_VISIBLE_DEVICES');
});
