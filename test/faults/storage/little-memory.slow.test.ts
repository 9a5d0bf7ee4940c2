import { expect, test } from 'vitest';
import { readResults } from '../results.js';
import { runInShell } from '../run-in-shell.js';
import { createScenario } from '../scenario.js';

/** Too little for the engine, for the data, or for the first step; Node itself needs 1.8 GB with a plug-in. */
test.each([2_000_000, 2_300_000, 2_600_000])(
  'In %d kB of address space a trial is done, or fails and says why, or has no engine',
  async (limit) => {
    const scenario = await createScenario({
      experiments: { plain: {} },
      options: ['--seed', '0'],
    });
    const { end } = await runInShell(scenario, `ulimit -v ${limit}; exec "$0" "$@"`);
    expect([0, 1, 6]).toContain(end);
    const [trial] = await readResults(scenario.out);
    const states: Readonly<Record<string, string>> = { 0: 'done', 1: 'failed' };
    expect(trial?.status).toBe(states[end]);
    if (trial?.status === 'failed') expect(trial.reason).toMatch(/out of memory/i);
  },
);
