import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRunPace } from '../../src/cli/run-pace.js';
import { renderRunLine } from '../../src/cli/trial-display.js';
import { planTrials, type Trial } from '../../src/runner/trial.js';
import { experiment } from '../report/results.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const deep = { name: 'deep' };
const [first, second, third] = planTrials([
  experiment({ name: 'first' }),
  experiment({ name: 'second' }),
  experiment({ name: 'third', model: deep }),
]) as [Trial, Trial, Trial];

test('a run tells its trial, its share and the time that the rest takes', () => {
  const pace = createRunPace([first, second]);
  expect(pace.position()).toEqual({ started: 0, total: 2, share: 0, left: '' });
  pace.start(first);
  vi.advanceTimersByTime(2000);
  pace.reach(first, 0);
  pace.reach(first, 0.1);
  expect(pace.position().left).toBe('');
  vi.advanceTimersByTime(18_000);
  pace.reach(first, 0.5);
  // 20 s for half a trial: as long again for this one, and 40 s for the other.
  expect(pace.position()).toEqual({ started: 1, total: 2, share: 0.25, left: '1 min 0 s left' });
  vi.advanceTimersByTime(20_000);
  pace.end(first);
  pace.start(second);
  expect(pace.position()).toEqual({ started: 2, total: 2, share: 0.5, left: '40 s left' });
  pace.end(second);
  expect(pace.position()).toEqual({ started: 2, total: 2, share: 1, left: '' });
});

test('a model that no trial has shown yet takes longer than is known', () => {
  const pace = createRunPace([first, third]);
  pace.start(first);
  vi.advanceTimersByTime(10_000);
  pace.reach(first, 0);
  pace.reach(first, 0.5);
  expect(pace.position().left).toBe('more than 10 s left');
});

test('images that are kept back to validate take no time to train', () => {
  const [half] = planTrials([
    experiment({
      name: 'half',
      training: { ...first.experiment.training, validation: { split: 25_000 } },
    }),
  ]) as [Trial];
  const pace = createRunPace([half, second]);
  pace.start(half);
  vi.advanceTimersByTime(10_000);
  pace.end(half);
  expect(pace.position().left).toBe('20 s left');
});

test('trials side by side share the time, and what a checkpoint held took none', () => {
  const pace = createRunPace([first, second]);
  for (const trial of [first, second]) {
    pace.start(trial);
    pace.reach(trial, 0.5);
  }
  vi.advanceTimersByTime(10_000);
  for (const trial of [first, second]) pace.reach(trial, 0.75);
  expect(pace.position()).toMatchObject({ share: 0.75, left: '10 s left' });
});

test('the line of a run is a bar with the trial and the time left', () => {
  expect(renderRunLine({ started: 3, total: 7, share: 0.32, left: '1 min 5 s left' })).toBe(
    '██████░░░░░░░░░░░░░░  32 %  trial 3 of 7, 1 min 5 s left',
  );
});
