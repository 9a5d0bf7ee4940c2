import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { identifyProcess } from '../../src/storage/process-identity.js';
import { faultEnvironment, preloadOption, readCalls } from './fault.js';
import { expectTidy, listFiles, readOutcome } from './outcome.js';
import { patchedProgram } from './patched-program.js';
import { createRandom } from './random.js';
import { referenceOf } from './reference.js';
import { readResults } from './results.js';
import { createScenario, type Scenario } from './scenario.js';
import { type Run, type RunEnd, run, startRun } from './start-run.js';

const lingering = (epochs: number) => ({
  preprocessing: [{ name: 'minmax' }, { name: 'fault', what: 'linger' }],
  training: { epochs },
});

/** Long enough that two runners meet. */
const slowScenario = (options: readonly string[] = ['--seed', '0,1']) =>
  createScenario({ experiments: { slow: lingering(6) }, options: ['--eager', ...options] });

/** How often trials were begun, by all runners together. */
const countStarts = (ends: readonly RunEnd[]) =>
  ends.map(({ stderr }) => stderr.match(/\(trial \d+ of \d+\) \.\.\./g)?.length ?? 0);

async function startTogether(scenario: Scenario): Promise<readonly RunEnd[]> {
  return Promise.all([run(scenario), run(scenario)]);
}

test('Two runners that are started together share the trials, and both end with all of them (F17)', async () => {
  for (let round = 0; round < 5; round++) {
    const scenario = await slowScenario();
    const reference = await referenceOf(scenario);
    const ends = await startTogether(scenario);
    expect(ends.map(({ end, stderr }) => [end, end === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const starts = countStarts(ends);
    expect((starts[0] ?? 0) + (starts[1] ?? 0)).toBe(2);
    for (const { stdout } of ends) expect(stdout).toContain('slow');
    expect(await readOutcome(scenario.out)).toEqual(reference);
    await expectTidy(scenario.out);
  }
});

test('Negative control: without leases two runners train the same trials (F17)', async () => {
  const program = await patchedProgram('storage/lease.js', [
    'if (highest && !isStale(highest, silence))',
    'if (false)',
  ]);
  const ends = await startTogether({ ...(await slowScenario()), program });
  const starts = countStarts(ends);
  expect((starts[0] ?? 0) + (starts[1] ?? 0)).toBeGreaterThan(2);
});

test('With --no-wait the second runner ends with 4 at once and changes nothing (F17)', async () => {
  const scenario = await slowScenario(['--seed', '0']);
  const first = startRun(scenario);
  await first.printed('slow: epoch 2/');
  first.signalAll('SIGSTOP');
  const before = await fingerprint(scenario.out);
  const second = await run(scenario.with('--no-wait'));
  expect([second.end, second.stdout]).toEqual([4, '']);
  expect(second.stderr).toMatch(
    new RegExp(
      `Trial "slow-seed0-[0-9a-f]{8}" is being trained by another prep-lab \\(.*${first.pid}.*\\)`,
    ),
  );
  expect(second.stderr).toMatch(/since \d{4}-\d\d-\d\d/);
  expect(await fingerprint(scenario.out)).toEqual(before);
  first.signalAll('SIGCONT');
  expect((await first.ended).end).toBe(0);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
});

test('A runner that was started later waits for the other one’s trial, and can be stopped (F17)', async () => {
  const scenario = await slowScenario(['--seed', '0']);
  const first = startRun(scenario);
  await first.printed('slow: epoch 2/');
  // Paused, so that it does not end before the others have begun.
  first.signalAll('SIGSTOP');
  const stopped = startRun(scenario);
  await stopped.printed('another prep-lab trains it');
  stopped.signal('SIGINT');
  expect((await stopped.ended).end).toBe(130);
  const waiting = startRun(scenario);
  await waiting.printed('another prep-lab trains it');
  first.signalAll('SIGCONT');
  const second = await waiting.ended;
  expect([second.end, countStarts([second])]).toEqual([0, [0]]);
  expect((await first.ended).end).toBe(0);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
  await expectTidy(scenario.out);
});

test('A lock of a number that another process has by now is taken over at once (F18)', async () => {
  const scenario = await slowScenario(['--seed', '0']);
  const folder = await killedTrial(scenario);
  // This test's own process lives, but did not start when the lock says.
  await writeLease(folder, { pid: process.pid, processStart: '1' });
  const rest = await run(scenario.with('--no-wait'));
  expect([rest.end, rest.stderr]).toEqual([0, expect.stringContaining('slow: continues from')]);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario.with()));
  await expectTidy(scenario.out);
});

test('A lock of another machine is respected until it was silent for the lease time (F18)', async () => {
  const scenario = await slowScenario(['--seed', '0']);
  const folder = await killedTrial(scenario);
  await writeLease(folder, { host: 'elsewhere', machine: 'ffffffffffffffff' });
  const refused = await run(scenario.with('--no-wait'));
  expect([refused.end, refused.stderr]).toEqual([4, expect.stringContaining('elsewhere')]);
  expect(refused.stderr).toContain('Hint: wait for it, leave --no-wait out');
  const environment = { PREP_LAB_LEASE_SECONDS: '2' };
  const waited = await run({ ...scenario, environment });
  expect([waited.end, waited.stderr]).toEqual([0, expect.stringContaining('waiting for it.')]);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
});

/** Pauses a runner that is in the second epoch of its first trial, at a moment of its own. */
const pauses: Readonly<Record<string, (scenario: Scenario) => Promise<Run>>> = {
  async 'its parent process alone'(scenario) {
    const paused = startRun(scenario);
    await paused.printed('stage: call 8\n');
    paused.signal('SIGSTOP');
    return paused;
  },
  async 'all of it, in a step'(scenario) {
    const paused = startRun(scenario);
    await paused.printed('stage: call 8\n');
    paused.signalAll('SIGSTOP');
    return paused;
  },
  // Each checkpoint: two folders made, four files opened, written and synced, ...
  async 'all of it, in the middle of a checkpoint'(scenario) {
    const { out, log } = scenario;
    const fault = { process: 'child', action: 'stop', names: ['writeFile'], call: 6 } as const;
    const environment = {
      ...scenario.environment,
      ...faultEnvironment(fault, { folder: out, log }),
    };
    const paused = startRun({ ...scenario, environment });
    while (!(await readCalls(log)).some(({ isFault }) => isFault)) await sleep(20);
    paused.signalAll('SIGSTOP');
    return paused;
  },
};

async function createPausable(): Promise<Scenario> {
  const scenario = await slowScenario(['--seed', '0,1', '--verbose']);
  return { ...scenario, environment: { PREP_LAB_LEASE_SECONDS: '1' } };
}

test.each(Object.entries(pauses))(
  'A paused runner that was overtaken writes nothing and ends with 4: %s (F19)',
  async (_, pause) => {
    const scenario = await createPausable();
    const paused = await pause(scenario);
    const second = await run(scenario);
    expect([second.end, second.stderr]).toEqual([0, expect.stringContaining('seed 0: continues')]);
    const before = await fingerprint(scenario.out);
    paused.signalAll('SIGCONT');
    const { end, stderr } = await paused.ended;
    expect([end, stderr]).toEqual([4, expect.stringMatching(/taken over|its lease is gone/)]);
    expect(await fingerprint(scenario.out)).toEqual(before);
    expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
    await expectTidy(scenario.out);
  },
);

test('Negative control: without the token’s check the overtaken runner writes (F19)', async () => {
  const program = await patchedProgram('storage/held-lease.js', [
    'if (highest?.content?.token === token)',
    'if (true)',
  ]);
  const scenario = { ...(await createPausable()), program };
  const paused = await pauses['all of it, in a step']?.(scenario);
  expect((await run(scenario)).end).toBe(0);
  const before = await fingerprint(scenario.out);
  paused?.signalAll('SIGCONT');
  await paused?.ended;
  expect(await fingerprint(scenario.out)).not.toEqual(before);
});

test('A clock that jumps by hours does not matter (F21)', async () => {
  const random = createRandom('clock');
  const scenario = await slowScenario();
  const clock = { NODE_OPTIONS: clockOption(), CLOCK_SEED: String(Math.floor(random() * 1e9)) };
  const environment = { ...clock, PREP_LAB_LEASE_SECONDS: '2' };
  const ends = await Promise.all([
    run({ ...scenario, environment }),
    run({ ...scenario, environment }),
  ]);
  expect(ends.map(({ end }) => end)).toEqual([0, 0]);
  const starts = countStarts(ends);
  expect((starts[0] ?? 0) + (starts[1] ?? 0)).toBe(2);
  for (const trial of await readResults(scenario.out)) {
    expect(trial.durationSeconds).toBeGreaterThan(0);
    expect(trial.durationSeconds).toBeLessThan(600);
    for (const epoch of trial.history) expect(epoch.trainSeconds).toBeGreaterThan(0);
  }
  const { trials } = await readOutcome(scenario.out);
  expect(trials).toEqual((await referenceOf(scenario)).trials);
  await expectTidy(scenario.out);
});

const clockOption = () => preloadOption('jumping-clock.mjs');

/** Begins a trial and kills it; returns its folder. */
async function killedTrial(scenario: Scenario): Promise<string> {
  const first = startRun(scenario);
  await first.printed('slow: epoch 2/');
  first.signalAll('SIGKILL');
  await first.ended;
  const [lease] = (await listFiles(scenario.out)).filter((path) => path.endsWith('/lease-1'));
  return join(scenario.out, lease?.split('/')[0] ?? '');
}

/** Writes the next generation of a trial's lock. */
async function writeLease(folder: string, holder: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  const content = {
    token: 'somebody',
    since: new Date().toISOString(),
    leaseSeconds: 1,
    ...identifyProcess(),
    ...holder,
  };
  await writeFile(join(folder, 'lease-2'), JSON.stringify(content));
}

/** Hashes of all files of a folder. */
async function fingerprint(folder: string): Promise<Readonly<Record<string, string>>> {
  const hashes: Record<string, string> = {};
  for (const path of await listFiles(folder)) {
    const bytes = await readFile(join(folder, path));
    hashes[path] = createHash('sha256').update(bytes).digest('hex');
  }
  return hashes;
}
