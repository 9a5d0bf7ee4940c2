import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { faultEnvironment } from './fault.js';
import { expectTidy, listFiles, readCheckpoints, readOutcome } from './outcome.js';
import { patchedProgram } from './patched-program.js';
import { referenceOf } from './reference.js';
import { createScenario, type Scenario } from './scenario.js';
import { type RunEnd, run, startRun } from './start-run.js';

const slowStage = (epochs: number) => ({
  preprocessing: [{ name: 'minmax' }, { name: 'fault', what: 'linger' }, { name: 'random-flip' }],
  model: { name: 'quarters', rate: 0.3 },
  training: { epochs },
});

/**
 * Two trials whose stage says when it is called: with --eager in each of an epoch's four steps, at its evaluation, and
 * once more when the trained model is judged.
 */
function createSlowScenario(): Promise<Scenario> {
  return createScenario({
    experiments: { slow: slowStage(3), second: slowStage(1) },
    options: ['--eager', '--verbose'],
  });
}

/** The moments of a run, by what it says last before the signal. */
const moments = {
  'while the engine and the data are loaded': 'slow (trial 1 of 2) ...',
  'in the first step': 'stage: call 1\n',
  'in the middle of an epoch': 'stage: call 8\n',
  'in an evaluation': 'stage: call 10\n',
  'while the trained model is judged': 'stage: call 16\n',
  'between two trials': 'slow: test accuracy',
} as const;

/** Where the trial goes on after a signal that came within an epoch. */
const places = {
  'in the middle of an epoch': /slow: continues from its checkpoint in epoch 2, after step [2-4]\n/,
  // After its last batch an evaluation is not given up.
  'in an evaluation':
    /slow: continues from its checkpoint (in epoch 2, after step 4|after epoch 2)\n/,
};

/** For one batch and one checkpoint; more where other programs use the machine too. */
const graceSeconds = () => 10 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

async function expectOrderly(scenario: Scenario, ended: RunEnd, code: number): Promise<void> {
  expect([ended.end, ended.stderr]).toEqual([code, expect.stringContaining('Stopping after this')]);
  expect(ended.stderr).toMatch(
    /Stopped with [12] of 2 trials to go\.\nHint: give the same command/,
  );
  await readCheckpoints(scenario.out);
  expect((await listFiles(scenario.out)).filter((path) => /\.tmp|lease/.test(path))).toEqual([]);
}

async function expectContinues(scenario: Scenario): Promise<RunEnd> {
  const rest = await run(scenario);
  expect([rest.end, rest.stderr]).toEqual([0, expect.any(String)]);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
  await expectTidy(scenario.out);
  return rest;
}

describe.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s asks for an orderly end (F3, F4)', (signal, code) => {
  test.each(Object.entries(moments))('%s', async (moment, text) => {
    const scenario = await createSlowScenario();
    // Long enough for a signal to arrive while the step lasts.
    const environment = moment in places ? { FAULT_LINGER: '400' } : {};
    const started = startRun({ ...scenario, environment });
    await started.printed(text);
    started.signal(signal);
    const sent = performance.now();
    const ended = await started.ended;
    expect((performance.now() - sent) / 1000).toBeLessThan(graceSeconds());
    await expectOrderly(scenario, ended, code);
    const rest = await expectContinues(scenario);
    // The step that was in work is kept, not only the epochs that were done.
    if (moment in places) expect(rest.stderr).toMatch(places[moment as keyof typeof places]);
  });

  test('while a checkpoint is written', async () => {
    const scenario = await createSlowScenario();
    const { out, log } = scenario;
    const action = `parent-${signal}` as const;
    const fault = { process: 'child', action, call: 5 } as const;
    const environment = faultEnvironment(fault, { folder: out, log });
    const ended = await run({ ...scenario, environment });
    await expectOrderly(scenario, ended, code);
    await expectContinues(scenario);
  });

  test('sent to all processes, as schedulers and terminals do', async () => {
    const scenario = await createSlowScenario();
    const started = startRun(scenario);
    await started.printed('stage: call 3\n');
    started.signalAll(signal);
    await expectOrderly(scenario, await started.ended, code);
    await expectContinues(scenario);
  });

  test('twice: it leaves at once, and nothing is corrupt', async () => {
    const scenario = await createSlowScenario();
    const started = startRun(scenario);
    await started.printed('stage: call 8\n');
    started.signal(signal);
    await started.printed('Stopping after this');
    started.signal(signal);
    const sent = performance.now();
    const { end } = await started.ended;
    expect(end).toBe(code);
    expect((performance.now() - sent) / 1000).toBeLessThan(1);
    expect(started.processes()).toEqual([]);
    await readCheckpoints(scenario.out);
    await expectContinues(scenario);
  });

  test('before trials begin: it ends at once', async () => {
    const scenario = await createSlowScenario();
    const started = startRun(scenario);
    // The folder is made first; then the engine is looked for and the data are checked.
    while (!existsSync(scenario.out)) await sleep(2);
    started.signal(signal);
    const { end, stdout, stderr } = await started.ended;
    expect([code, signal]).toContain(end);
    expect([stdout, stderr]).toEqual(['', '']);
    expect((await listFiles(scenario.out)).filter((path) => path.includes('/'))).toEqual([]);
    await expectContinues(scenario);
  });

  test('before the program has begun: it changes nothing', async () => {
    const scenario = await createSlowScenario();
    const started = startRun(scenario);
    started.signal(signal);
    const { end, stdout } = await started.ended;
    // Node itself ends by a signal that comes before the program listens; a shell shows the same code.
    expect([code, signal]).toContain(end);
    expect([stdout, await listFiles(scenario.out)]).toEqual(['', []]);
  });
});

test('A signal that comes when all is done changes nothing of the end', async () => {
  const scenario = await createScenario({
    experiments: { slow: slowStage(1) },
    options: ['--eager', '--verbose'],
  });
  const started = startRun(scenario);
  // After the only epoch, where the trained model is judged: too late to stop.
  await started.printed('stage: call 6\n');
  started.signal('SIGINT');
  const { end, stdout } = await started.ended;
  expect([end, stdout]).toEqual([0, expect.stringContaining('slow')]);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
});

test('Negative control: a checkpoint that lost the optimizer’s averages is found out (F1, F3)', async () => {
  const program = await patchedProgram('training/checkpoint/capture.js', [
    'learner.program.write(variables.map((variable, index) => [variable, tensors[index]]));',
    `const names = [...learner.state.keys()];
    learner.program.write(
      variables
        .map((variable, index) => [variable, tensors[index]])
        .filter((_, index) => names[index].startsWith('weight/')),
    );`,
  ]);
  const scenario = { ...(await createSlowScenario()), program };
  // Long enough for the signal to arrive within the epoch.
  const started = startRun({ ...scenario, environment: { FAULT_LINGER: '400' } });
  await started.printed('stage: call 8\n');
  started.signal('SIGTERM');
  expect((await started.ended).end).toBe(143);
  const rest = await run(scenario);
  expect([rest.end, rest.stderr]).toEqual([0, expect.stringContaining('slow: continues')]);
  const { trials } = await readOutcome(scenario.out);
  expect(trials).not.toEqual((await referenceOf(scenario)).trials);
});
