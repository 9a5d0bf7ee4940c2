import { expect, test, vi } from 'vitest';
import { faultEnvironment, readCalls } from './fault.js';
import { expectTidy, readOutcome } from './outcome.js';
import { referenceOf } from './reference.js';
import { createScenario } from './scenario.js';
import { run } from './start-run.js';

// A trial takes two seconds, but ten where others use the machine too.
vi.setConfig({ testTimeout: 300_000 });

test('Without a fault a run repeats bit for bit, and the preload counts what it writes', async () => {
  const scenario = await createScenario({ options: ['--seed', '0'] });
  const { folder, parameters, out, log } = scenario;
  const counting = faultEnvironment({ process: 'any', action: 'kill' }, { folder: out, log });
  const { end, stderr } = await run({ folder, parameters, environment: counting });
  expect([end, stderr]).toEqual([0, expect.stringContaining('Results are in "results".')]);
  await expectTidy(out);
  expect(await readOutcome(out)).toEqual(await referenceOf(scenario));

  const calls = await readCalls(log);
  const countOf = (process: string, name: string) =>
    calls.filter((call) => call.process === process && call.name === name).length;
  // A checkpoint has three files and a manifest, each synced, and two folders that are.
  expect(countOf('child', 'sync')).toBeGreaterThanOrEqual(9 * 6);
  expect(countOf('parent', 'rename')).toBeGreaterThanOrEqual(3);
  expect(calls.some(({ name, path }) => name === 'rename' && path.endsWith('/results.json'))).toBe(
    true,
  );
});
