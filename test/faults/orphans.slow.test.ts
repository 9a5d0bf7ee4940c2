import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectTidy, readOutcome } from './outcome.js';
import { patchedProgram } from './patched-program.js';
import { referenceOf } from './reference.js';
import { createScenario } from './scenario.js';
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
  await started.printed('(trial 1 of 1)');
  // Its engine is loaded and it hangs: TensorFlow's log says that it has begun.
  await started.printed('cpu_feature_guard');
  await sleep(3000);
  started.signal('SIGKILL');
  await started.ended;
  expect(await countSurvivors(started, 4)).toBe(1);
});
