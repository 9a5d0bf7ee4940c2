import { spawn } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { programFile } from '../cli/run-program.js';
import { expectTidy, listFiles, readCheckpoints, readOutcome } from './outcome.js';
import { referenceOf } from './reference.js';
import { createScenario, type Scenario } from './scenario.js';
import { run, startRun } from './start-run.js';

// A trial takes two seconds, but ten where others use the machine too.
vi.setConfig({ testTimeout: 300_000 });

/** Two trials with random stages and dropout, held up in each step. */
const createSlowScenario = (): Promise<Scenario> =>
  createScenario({
    experiments: {
      slow: {
        preprocessing: [
          { name: 'minmax' },
          { name: 'fault', what: 'linger' },
          { name: 'random-flip' },
        ],
        model: { name: 'quarters', rate: 0.3 },
        training: { epochs: 2 },
      },
    },
    options: ['--seed', '0,1', '--eager', '--verbose'],
  });

async function expectUndisturbed(scenario: Scenario): Promise<void> {
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
  await expectTidy(scenario.out);
}

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s ends a run with %d after a checkpoint, and it goes on from that step (F3)',
  async (signal, code) => {
    const scenario = await createSlowScenario();
    const stopped = startRun({ ...scenario, environment: { FAULT_LINGER: '400' } });
    await stopped.printed('stage: call 7\n');
    stopped.signal(signal);
    const { end, stderr } = await stopped.ended;
    expect(end).toBe(code);
    expect(stderr).toMatch(
      /Stopped with 2 of 2 trials to go\.\nHint: give the same command again to continue from the checkpoints\.\n$/,
    );
    expect(await readCheckpoints(scenario.out)).toHaveLength(2);
    const rest = await run(scenario);
    expect(rest.end).toBe(0);
    expect(rest.stderr).toMatch(
      /slow, seed 0: continues from its checkpoint in epoch 2, after step/,
    );
    await expectUndisturbed(scenario);
  },
);

test('A run that is killed goes on from its last checkpoint, also beside another runner (F1, F17)', async () => {
  const scenario = await createSlowScenario();
  const killed = startRun(scenario);
  await killed.printed('stage: call 7\n');
  killed.signal('SIGKILL');
  await killed.ended;
  const ends = await Promise.all([run(scenario), run(scenario)]);
  expect(ends.map(({ end }) => end)).toEqual([0, 0]);
  const told = ends.map(({ stderr }) => stderr).join('');
  expect(told.match(/\(trial \d of 2\)/g)).toHaveLength(2);
  expect(told).toContain('slow, seed 0: continues from its checkpoint after epoch 1\n');
  await expectUndisturbed(scenario);
});

test('A run whose terminal is closed leaves a checkpoint and no lease', async () => {
  const { folder, parameters, out } = await createSlowScenario();
  const words = [process.execPath, programFile, ...parameters].map((word) => `'${word}'`);
  const terminal = spawn('script', ['--quiet', '--command', words.join(' '), '/dev/null'], {
    cwd: folder,
    env: { ...process.env, FAULT_LINGER: '400' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let shown = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (shown.includes('stage: call 7')) terminal.kill('SIGKILL');
  });
  await new Promise((resolve) => terminal.on('close', resolve));
  await vi.waitUntil(async () => !(await listFiles(out)).some((path) => path.includes('lease')), {
    timeout: 120_000,
  });
  expect((await readCheckpoints(out)).length).toBeGreaterThan(0);
});
