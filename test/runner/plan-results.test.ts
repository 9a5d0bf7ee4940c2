import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Results, TrialResult } from '../../src/results/result.js';
import { createPlanResults } from '../../src/runner/plan-results.js';
import type { Trial } from '../../src/runner/trial.js';

const ids = Array.from({ length: 100 }, (_, index) => `trial-${index}`);
const plan = ids.map((id) => ({ id }) as Trial);
const failed = (id: string) =>
  ({ id, status: 'failed', experiment: { name: id }, changes: [] }) as unknown as TrialResult;

/** Stores as a slow disk does, and notes how many trials it was given. */
function createStore(milliseconds: number) {
  const counts: number[] = [];
  const store = async ({ trials }: Results) => {
    await sleep(milliseconds);
    counts.push(trials.length);
  };
  return { counts, store };
}

describe('The results of a plan', () => {
  test('are handed on at once, and then after a rest of 49 times as long', async () => {
    const { counts, store } = createStore(4);
    const results = createPlanResults(plan, store);
    for (const id of ids.slice(0, 10)) {
      results.set(failed(id));
      await results.publish();
    }
    expect(counts).toEqual([1]);
    await expect.poll(() => counts, { timeout: 5000 }).toEqual([1, 10]);
    await results.flush();
    expect(counts).toEqual([1, 10]);
  });

  test('are handed on at the end, whatever the rest', async () => {
    const { counts, store } = createStore(20);
    const results = createPlanResults(plan, store);
    await results.publish();
    for (const id of ids) {
      results.set(failed(id));
      await results.publish();
    }
    await results.flush();
    expect(counts).toEqual([0, 100]);
  });

  test('tell at the end what could not be stored meanwhile', async () => {
    let calls = 0;
    const results = createPlanResults(plan, async () => {
      await sleep(1);
      calls += 1;
      if (calls > 1) throw new Error('The disk is full.');
    });
    await results.publish();
    results.set(failed('trial-0'));
    await results.publish();
    await expect.poll(() => calls, { timeout: 5000 }).toBe(2);
    await expect(results.flush()).rejects.toThrow('The disk is full.');
  });
});
