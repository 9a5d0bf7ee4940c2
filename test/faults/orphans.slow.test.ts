import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { faultEnvironment, readCalls } from './fault.js';
import { expectTidy, readOutcome } from './outcome.js';
import { patchedProgram } from './patched-program.js';
import { referenceOf } from './reference.js';
import { createScenario, threeExperiments } from './scenario.js';
import { type Run, run, startRun } from './start-run.js';

const scenarioWith = (stage: object, options: readonly string[] = []) =>
  createScenario({
    experiments: {
      slow: {
        preprocessing: [{ name: 'minmax' }, { name: 'fault', ...stage }],
        training: { epochs: 5 },
      },
    },
    options: ['--eager', '--verbose', ...options],
  });

/** Returns once none of the run's processes is left, or after so many seconds; how many are left then. */
async function countSurvivors(started: Run, seconds: number): Promise<number> {
  const deadline = performance.now() + seconds * 1000;
  while (started.processes().length > 0 && performance.now() < deadline) await sleep(50);
  return started.processes().length;
}

test('Trials end by themselves when their parent is killed, and the next run goes on at once (F5)', async () => {
  const scenario = await scenarioWith({ what: 'linger' }, ['--seed', '0,1', '--jobs', '2']);
  const started = startRun(scenario);
  await started.printed('slow, seed 0: epoch 2/');
  expect(started.trialProcesses()).toHaveLength(2);
  started.signal('SIGKILL');
  await started.ended;
  // At once: the orphans may still be there, and nobody waits for their locks.
  const rest = await run(scenario.with('--no-wait'));
  expect([rest.end, rest.stderr]).toEqual([0, expect.stringContaining('slow, seed 0: continues')]);
  expect(await countSurvivors(started, 10)).toBe(0);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
  await expectTidy(scenario.out);
});

test('What a runner left that was killed after it had stored a result is removed by the next one (F1)', async () => {
  const { plain = {} } = threeExperiments;
  const scenario = await createScenario({ experiments: { plain }, options: [] });
  const { out, log } = scenario;
  // Before its checkpoints go, and before its lock goes.
  for (const name of ['rename', 'unlink']) {
    const counting = { process: 'parent', action: 'kill', names: [name] } as const;
    const counted = { environment: faultEnvironment(counting, { folder: out, log }) };
    await rm(out, { recursive: true, force: true });
    await run({ ...scenario, ...counted });
    const calls = await readCalls(log);
    const after = name === 'rename' ? '/.tmp-checkpoints' : '/lease-1';
    const call = calls.find(({ path }) => path.includes(after))?.number ?? 0;
    expect(call).toBeGreaterThan(0);
    await rm(out, { recursive: true });
    await rm(log);
    const fault = faultEnvironment({ ...counting, call }, { folder: out, log });
    expect((await run({ ...scenario, environment: fault })).end).toBe('SIGKILL');
    await rm(log);
    await expect(expectTidy(out)).rejects.toThrow();
    const { end, stderr } = await run(scenario);
    expect([end, stderr]).toEqual([0, expect.stringContaining('1 of 1 trials have a result')]);
    await expectTidy(out);
    expect(await readOutcome(out)).toEqual(await referenceOf(scenario));
  }
});

test('A trial that hangs ends when its parent is killed (F5)', async () => {
  const scenario = await scenarioWith({ what: 'hang', call: 8 });
  const started = startRun(scenario);
  await started.printed('slow: epoch 1/');
  // By then it hangs, or will in a moment; the parent's death is noticed either way.
  started.signal('SIGKILL');
  await started.ended;
  expect(await countSurvivors(started, 10)).toBe(0);
  const environment = { FAULT_STAGE: 'off' };
  expect((await run({ ...scenario, environment })).end).toBe(0);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf({ ...scenario, environment }));
});

test('Negative control: without the thread that looks after the parent it stays (F5)', async () => {
  const program = await patchedProgram('runner/trial-process/child.js', ['watchParent();', '']);
  const scenario = await scenarioWith({ what: 'hang', call: 1 });
  const started = startRun({ ...scenario, program });
  await started.printed('stage: hangs');
  started.signal('SIGKILL');
  await started.ended;
  expect(await countSurvivors(started, 4)).toBe(1);
});
