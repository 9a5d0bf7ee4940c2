import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectTidy, listFiles, readOutcome } from './outcome.js';
import { referenceOf } from './reference.js';
import { readResults } from './results.js';
import { runInShell } from './run-in-shell.js';
import { createScenario, type Scenario, threeExperiments } from './scenario.js';
import { run } from './start-run.js';

/** SHA-256 of every file. */
async function describeContents({ out }: Scenario): Promise<Readonly<Record<string, string>>> {
  const described: Record<string, string> = {};
  for (const path of await listFiles(out)) {
    const bytes = await readFile(join(out, path));
    described[path] = createHash('sha256').update(bytes).digest('hex');
  }
  return described;
}

/** Content, identity and time of change of every file. */
async function describeFiles(scenario: Scenario): Promise<Readonly<Record<string, string>>> {
  const described: Record<string, string> = {};
  for (const [path, sha256] of Object.entries(await describeContents(scenario))) {
    const { mtimeMs, ino } = await stat(join(scenario.out, path));
    described[path] = `${ino} ${mtimeMs} ${sha256}`;
  }
  return described;
}

test('A completed run that is run again trains nothing and touches no file (F22)', async () => {
  const scenario = await createScenario();
  const first = await run(scenario);
  expect(first.end).toBe(0);
  const before = await describeFiles(scenario);
  const again = await run(scenario);
  expect([again.end, again.stdout]).toEqual([0, first.stdout]);
  expect(again.stderr).toBe('6 of 6 trials have a result already.\nResults are in "results".\n');
  expect(again.seconds).toBeLessThan(first.seconds / 3);
  expect(await describeFiles(scenario)).toEqual(before);

  // Another order of the files and of the seeds is another table of the same trials.
  const [command = '', plain = '', turned = '', split = '', ...options] = scenario.parameters;
  const reversed = [command, split, turned, plain, ...options];
  const turnedRound = await run({ ...scenario, parameters: reversed });
  expect([turnedRound.end, turnedRound.stderr]).toEqual([0, again.stderr]);
});

test('Jobs and the order of files change no number, seed 0 included (F23)', async () => {
  const scenario = await createScenario();
  const reference = await referenceOf(scenario.with('--jobs', '1'));
  const [command = '', plain = '', turned = '', split = '', ...options] = scenario.parameters;
  const parameters = [command, split, plain, turned, ...options, '--jobs', '2'];
  const { end } = await run({ ...scenario, parameters });
  expect(end).toBe(0);
  const outcome = await readOutcome(scenario.out);
  const byId = (trials: readonly object[]) =>
    Object.fromEntries(trials.map((trial) => [(trial as { readonly id: string }).id, trial]));
  expect(Object.keys(byId(outcome.trials))).toHaveLength(6);
  expect(byId(outcome.trials)).toEqual(byId(reference.trials));
  expect(outcome.predictions).toEqual(reference.predictions);
  const rows = (table: string) =>
    table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .sort();
  expect(rows(outcome.table)).toEqual(rows(reference.table));

  // Different seeds give different trainings: else "equal" would say nothing.
  const seeds = (await readResults(scenario.out)).filter(
    ({ experiment }) => experiment.name === 'plain',
  );
  expect(seeds.map(({ seed }) => seed)).toEqual([0, 1]);
  expect(seeds[0]?.history[0]?.trainLoss).not.toBe(seeds[1]?.history[0]?.trainLoss);
  await expectTidy(scenario.out);
});

test('The same seed gives the same weights bit for bit, whatever the jobs, and another seed others (F23)', async () => {
  // It fails when its trained model is judged: the last epoch's checkpoint stays then.
  const fault = { name: 'fault', what: 'throw', call: 11 };
  const experiments = {
    kept: { preprocessing: [{ name: 'minmax' }, fault], training: { epochs: 2 } },
  };
  const options = ['--seed', '0,1', '--eager'];
  const weights: (readonly string[])[] = [];
  for (const jobs of ['1', '1', '2']) {
    const scenario = await createScenario({ experiments, options });
    expect((await run(scenario.with('--jobs', jobs))).end).toBe(1);
    const files = await describeContents(scenario);
    const kept = Object.keys(files).filter((path) => /epoch-000002.*\/tensors\.bin$/.test(path));
    weights.push(kept.map((path) => files[path] ?? ''));
  }
  const [first] = weights;
  expect(weights).toEqual([first, first, first]);
  expect(new Set(first).size).toBe(2);
});

test('A reader that stops early does not stop the run (F27)', async () => {
  const { plain = {} } = threeExperiments;
  const scenario = await createScenario({ experiments: { plain }, options: [] });
  for (const shell of [
    '"$0" "$@" | head -c 1 > /dev/null; exit $' + '{PIPESTATUS[0]}',
    '"$0" "$@" 2>&1 > /dev/null | head -c 1 > /dev/null; exit $' + '{PIPESTATUS[0]}',
    '"$0" "$@" > /dev/null 2>&1 < /dev/null',
    '"$0" "$@" >&- 2>&-',
  ]) {
    const { end } = await runInShell(scenario.with('--force'), shell);
    expect([shell, end]).toEqual([shell, 0]);
    expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
    await expectTidy(scenario.out);
  }
});

const libfaketime = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find(existsSync);

test('A clock that is wrong by an hour and runs ten times as fast does not matter (F21)', async ({
  skip,
}) => {
  if (!libfaketime) return skip('needs libfaketime: apt-get install faketime');
  const { turned = {} } = threeExperiments;
  const scenario = await createScenario({ experiments: { turned } });
  const reference = await referenceOf(scenario);
  for (const time of ['-1h', '+1h', '+0 x10']) {
    const environment = {
      LD_PRELOAD: libfaketime,
      FAKETIME: time,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    const { end, stderr } = await run({ ...scenario.with('--force'), environment });
    expect([time, end, end === 0 ? '' : stderr]).toEqual([time, 0, '']);
    for (const trial of await readResults(scenario.out)) {
      expect(trial.durationSeconds).toBeGreaterThan(0);
      expect(trial.durationSeconds).toBeLessThan(600);
    }
    expect((await readOutcome(scenario.out)).trials).toEqual(reference.trials);
    await expectTidy(scenario.out);
  }
});
