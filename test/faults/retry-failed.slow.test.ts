import { expect, test } from 'vitest';
import { expectTidy, readOutcome, withoutTimes } from './outcome.js';
import { referenceOf } from './reference.js';
import { readResults } from './results.js';
import { createScenario } from './scenario.js';
import { run, startRun } from './start-run.js';

const training = { epochs: 2 };

const stage = (what: string, call: number) => ({
  preprocessing: [{ name: 'minmax' }, { name: 'fault', what, call }],
  training,
});

/** With --eager a stage is called five times an epoch: in four steps and an evaluation. */
const options = ['--eager'];

/** Keeps the stage from doing harm, as if what was wrong had been mended. */
const mended = { FAULT_STAGE: 'off' };

test('--retry-failed trains only failed trials, from their checkpoints on, to the undisturbed end (F13, F14, F15)', async () => {
  const experiments = {
    first: { training },
    broken: stage('throw', 1),
    poison: stage('poison', 7),
    killed: stage('kill', 8),
  };
  const scenario = await createScenario({ experiments, options });
  const failed = await run(scenario);
  expect(failed.end).toBe(1);
  const [first] = await readResults(scenario.out);

  const retry = await run({ ...scenario.with('--retry-failed'), environment: mended });
  expect([retry.end, retry.stderr]).toEqual([0, expect.not.stringContaining('first')]);
  expect(retry.stderr).toContain('1 of 4 trials have a result already.\n');
  expect(retry.stderr).not.toContain('broken: continues');
  expect(retry.stderr).toContain('poison: continues from its checkpoint after epoch 1\n');
  expect(retry.stderr).toContain('killed: continues from its checkpoint after epoch 1\n');
  await expectTidy(scenario.out);
  expect((await readResults(scenario.out))[0]).toEqual(first);
  const reference = await referenceOf({ ...scenario, environment: mended });
  expect(await readOutcome(scenario.out)).toEqual(reference);

  const forced = await run({ ...scenario.with('--force'), environment: mended });
  expect([forced.end, forced.stderr]).toEqual([0, expect.not.stringContaining('continues')]);
  expect(forced.stderr).toContain('(trial 4 of 4)');
  expect((await readResults(scenario.out))[0]?.startedAt).not.toBe(first?.startedAt);
  expect(await readOutcome(scenario.out)).toEqual(reference);
});

test('--fail-fast lets running trials write a checkpoint and starts no other', async () => {
  const experiments = {
    // Held up, so that it is in the middle of its training when the other one fails.
    held: { ...stage('linger', 1), training: { epochs: 30 } },
    broken: stage('throw', 6),
    never: { training },
  };
  const scenario = await createScenario({ experiments, options: [...options, '--jobs', '2'] });
  const { end, stderr } = await run(scenario.with('--fail-fast'));
  expect([end, stderr]).toEqual([1, expect.stringContaining('broken: failed.')]);
  expect(stderr).toContain('held: interrupted\n');
  expect(stderr).not.toContain('never (trial');
  const trials = await readResults(scenario.out);
  expect(trials.map(({ status }) => status)).toEqual(['failed']);

  const rest = await run({ ...scenario, environment: mended });
  expect(rest.stderr).toContain('held: continues from its checkpoint ');
  expect(rest.end).toBe(1);
  const all = await readResults(scenario.out);
  expect(all.map(({ status }) => status)).toEqual(['done', 'failed', 'done']);
  const { held, never } = experiments;
  const sound = await createScenario({
    experiments: { held, never },
    options: [...options, '--jobs', '2'],
  });
  const { trials: expected } = await referenceOf({ ...sound, environment: mended });
  expect(withoutTimes(all.filter(({ status }) => status === 'done'))).toEqual(expected);
});

test('A trial that fills its heap fails for lack of memory, and the others go on (F14)', async () => {
  const experiments = { full: stage('swallow', 1), fine: { training } };
  const scenario = await createScenario({ experiments, options });
  const environment = { NODE_OPTIONS: '--max-old-space-size=200' };
  const { end, stderr } = await run({ ...scenario, environment });
  expect([end, stderr]).toEqual([
    1,
    expect.stringContaining('full: failed. Its process ran out of'),
  ]);
  expect(stderr).toMatch(/ran out of memory \(SIGABRT\): FATAL ERROR: .*heap out of memory/);
  const trials = await readResults(scenario.out);
  expect(trials.map(({ status }) => status)).toEqual(['failed', 'done']);
});

test('A trial that hangs is ended by the watchdog, and the others go on (F16)', async () => {
  const experiments = { hung: stage('hang', 6), fine: { training } };
  const scenario = await createScenario({ experiments, options });
  const { end, stderr } = await run(scenario.with('--stall-timeout', '8'));
  expect(end).toBe(1);
  expect(stderr).toContain(
    'hung: failed. It made no progress for 8 s and was ended. Hint: give it more time with --stall-timeout',
  );
  const [hung, fine] = await readResults(scenario.out);
  expect([hung?.status, hung?.history.length, fine?.status]).toEqual(['failed', 1, 'done']);

  const retry = await run({ ...scenario.with('--retry-failed'), environment: mended });
  expect(retry.end).toBe(0);
  expect(await readOutcome(scenario.out)).toEqual(
    await referenceOf({ ...scenario, environment: mended }),
  );
});

test('A trial whose process is stopped is ended by the watchdog, and is retried (F16)', async () => {
  const experiments = { fine: { ...stage('linger', 1), training: { epochs: 20 } } };
  const scenario = await createScenario({ experiments, options });
  const started = startRun(scenario.with('--stall-timeout', '8'));
  // By then the first epoch's checkpoint is whole.
  await started.printed('fine: epoch 2/');
  for (const pid of started.trialProcesses()) process.kill(pid, 'SIGSTOP');
  const { end, stderr } = await started.ended;
  expect([end, stderr]).toEqual([1, expect.stringContaining('It made no progress for 8 s')]);
  expect(started.processes()).toEqual([]);
  const retry = await run({ ...scenario.with('--retry-failed'), environment: mended });
  expect([retry.end, retry.stderr]).toEqual([0, expect.stringContaining('fine: continues from')]);
  expect(await readOutcome(scenario.out)).toEqual(
    await referenceOf({ ...scenario, environment: mended }),
  );
});

test('A run that was itself stopped for longer does not blame its trial (F16)', async () => {
  const experiments = { fine: { ...stage('linger', 1), training: { epochs: 40 } } };
  const scenario = await createScenario({ experiments, options });
  const started = startRun(scenario.with('--stall-timeout', '3'));
  await started.printed('fine: epoch 2/');
  started.signal('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 5000));
  started.signal('SIGCONT');
  const { end, stderr } = await started.ended;
  expect([end, stderr]).toEqual([0, expect.not.stringContaining('no progress')]);
  await expectTidy(scenario.out);
});
