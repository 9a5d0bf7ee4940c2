import { expect, test } from 'vitest';
import { alternate, type Job } from '../../bench/alternate.js';
import type { Measurement } from '../../bench/measurement.js';

function createJob(side: string, run: () => number): Job {
  const answer = async () => [{ seconds: [run()] }];
  return { section: 'steps', case: 'baseline', side, run: answer };
}

async function recordAll(jobs: readonly Job[], options: { rounds: number; farBehind?: number }) {
  const recorded: Measurement[] = [];
  const record = async (measurement: Measurement) => void recorded.push(measurement);
  await alternate(jobs, { ...options, record });
  return recorded;
}

const sidesOf = (recorded: readonly Measurement[]) => recorded.map(({ side }) => side).join(' ');

test('sides take turns', async () => {
  const jobs = ['a', 'b', 'c'].map((side) => createJob(side, () => 1));
  expect(sidesOf(await recordAll(jobs, { rounds: 2 }))).toBe('a b c a b c');
});

test('a side that fails is recorded with its reason and not tried again', async () => {
  const failing = createJob('b', () => {
    throw new Error('no Python');
  });
  const recorded = await recordAll([createJob('a', () => 1), failing], { rounds: 2 });
  expect(recorded).toEqual([
    { status: 'measured', section: 'steps', case: 'baseline', side: 'a', round: 1, seconds: [1] },
    { status: 'skipped', section: 'steps', case: 'baseline', side: 'b', reason: 'no Python' },
    { status: 'measured', section: 'steps', case: 'baseline', side: 'a', round: 2, seconds: [1] },
  ]);
});

test('a side for comparison only runs once', async () => {
  const jobs = [createJob('a', () => 1), { ...createJob('b', () => 1), once: true }];
  expect(sidesOf(await recordAll(jobs, { rounds: 2 }))).toBe('a b a');
});

test('sides far behind the reference run once', async () => {
  const jobs = [
    createJob('prep-lab', () => 1),
    createJob('near', () => 2.5),
    createJob('far', () => 2.6),
  ];
  const recorded = await recordAll(jobs, { rounds: 2, farBehind: 2.5 });
  expect(sidesOf(recorded)).toBe('prep-lab near far prep-lab near');
});

test('without a reference nobody is far behind', async () => {
  const jobs = [createJob('near', () => 1), createJob('far', () => 9)];
  const recorded = await recordAll(jobs, { rounds: 2, farBehind: 2.5 });
  expect(sidesOf(recorded)).toBe('near far near far');
});
