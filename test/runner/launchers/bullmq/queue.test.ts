import { expect, test } from 'vitest';
import { countSlots, nameJob, nameWorker } from '../../../../src/runner/launchers/bullmq/queue.js';

test('Workers tell in their names how many trials they train at once', () => {
  const names = [nameWorker('node-1', 2), nameWorker('a*b', 12)].map((name) => `queue:w:${name}`);
  expect(countSlots([...names, 'of another client'])).toBe(15);
  expect(countSlots([])).toBe(0);
});

test('A trial to a rung and to its end are two jobs', () => {
  const trial = { id: 'a-seed0-01234567', key: '0123456789abcdef0123456789abcdef' };
  expect(nameJob(trial)).toBe('a-seed0-01234567-89abcdef01234567');
  expect(nameJob(trial, 3)).toBe('a-seed0-01234567-89abcdef01234567-until3');
});
