import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { expectTidy, listFiles, readOutcome } from '../outcome.js';
import { patchedProgram } from '../patched-program.js';
import { referenceOf } from '../reference.js';
import type { Scenario } from '../scenario.js';
import { run } from '../start-run.js';
import { checkpointFiles, checkpointsOf, damageFile, damages } from './damage.js';
import { createSeeds, trainPartly } from './partial-trials.js';

const cases = checkpointFiles.flatMap((file) => damages.map((damage) => ({ file, damage })));

/** Does one harm of each kind to the newest checkpoint of as many trials, and runs them to their end. */
async function runWithDamage(program?: string): Promise<void> {
  const scenario = await createSeeds(cases.length, '--jobs', '2');
  const trials = await trainPartly(scenario);
  for (const [index, { file, damage }] of cases.entries()) {
    const newest = (await checkpointsOf(trials[index] ?? '')).at(-1) ?? '';
    await damageFile(join(newest, file), damage);
  }
  const { end, stderr } = await run({ ...scenario, ...(program && { program }) });
  expect(end, stderr).toBe(0);
  for (const [seed, { file, damage }] of cases.entries()) {
    const lines = stderr.split('\n').filter((line) => line.startsWith(`one, seed ${seed}:`));
    const what = `${file}: ${damage.name}`;
    expect(lines, what).toContainEqual(
      expect.stringMatching(
        new RegExp(`${basename(trials[seed] ?? '')}.*000002-step-000000/${file}" `),
      ),
    );
    expect(lines, what).toContainEqual(
      expect.stringContaining('continues from its checkpoint after epoch 1'),
    );
  }
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
  await expectTidy(scenario.out);
}

test('whatever happens to a file of the newest checkpoint, the one before it serves, and it is said', async () => {
  await runWithDamage();
});

test('a program that checks no SHA-256 is caught', async () => {
  const program = await patchedProgram('storage/read-sealed-folder.js', [
    'hashBytes(content) !== sha256',
    'false',
  ]);
  await expect(runWithDamage(program)).rejects.toThrow();
});

test('files of two checkpoints that are mixed up are found', async () => {
  const scenario = await createSeeds(2);
  const trials = await trainPartly(scenario);
  for (const [index, file] of ['tensors.bin', 'state.json'].entries()) {
    const [older = '', newer = ''] = await checkpointsOf(trials[index] ?? '');
    await cp(join(older, file), join(newer, file));
  }
  const { end, stderr } = await run(scenario);
  expect(end, stderr).toBe(0);
  expect(
    stderr.match(/-000002-step-000000\/(tensors\.bin|state\.json)" (was altered|must have)/g),
  ).toHaveLength(2);
  expect(stderr.match(/continues from its checkpoint after epoch 1/g)).toHaveLength(2);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
});

async function readAll(out: string): Promise<Map<string, string>> {
  const paths = (await listFiles(out)).filter((path) => path.includes('/'));
  const entries = paths.map(
    async (path) => [path, await readFile(join(out, path), 'base64')] as const,
  );
  return new Map(await Promise.all(entries));
}

/** Expects that a run ends with 7, says how to go on, and changes nothing; that --fresh then comes to the end. */
async function expectRefused(scenario: Scenario, reason: RegExp): Promise<void> {
  const { out } = scenario;
  const before = await readAll(out);
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { end, stderr } = await run(scenario);
    expect(end, stderr).toBe(7);
    expect(stderr).toMatch(reason);
    expect(stderr).toMatch(/\nHint: .*"--fresh"/);
    expect(await readAll(out)).toEqual(before);
  }
  const { end, stderr } = await run(scenario.with('--fresh'));
  expect(end, stderr).toBe(0);
  expect(stderr).toContain('It was set aside; trained again.');
  expect(await readOutcome(out)).toEqual(await referenceOf(scenario));
  const kept = [...before.keys()].map((path) =>
    path.replace('/checkpoints/', '/checkpoints.aside-1/'),
  );
  expect(await listFiles(out)).toEqual(expect.arrayContaining(kept));
}

test('where no checkpoint is whole, the run ends with 7 and changes nothing; --fresh starts over', async () => {
  const scenario = await createSeeds(1);
  const [trial = ''] = await trainPartly(scenario);
  for (const checkpoint of await checkpointsOf(trial)) {
    await damageFile(join(checkpoint, 'tensors.bin'), {
      name: '',
      change: (bytes) => bytes.subarray(1),
    });
  }
  await expectRefused(scenario, /^No checkpoint in ".*" can be used: .*tensors\.bin" must have/m);
});

test('checkpoints of another trial are refused; beside an own one they are passed over', async () => {
  const scenario = await createSeeds(2);
  const [first = '', second = ''] = await trainPartly(scenario);
  const [older = '', newer = ''] = await checkpointsOf(first);
  const [, foreign = ''] = await checkpointsOf(second);
  await rm(newer, { recursive: true });
  await cp(foreign, newer, { recursive: true });
  const keep = join(scenario.folder, 'kept');
  await cp(scenario.out, keep, { recursive: true });
  const { end, stderr } = await run(scenario);
  expect(end, stderr).toBe(0);
  expect(stderr).toMatch(
    /one, seed 0: ".*" belongs to the trial with key ".*", not to that with key/,
  );
  expect(stderr).toContain('one, seed 0: continues from its checkpoint after epoch 1');
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));

  await rm(scenario.out, { recursive: true });
  await rename(keep, scenario.out);
  await rm(older, { recursive: true });
  await rm(second, { recursive: true });
  await expectRefused(
    scenario,
    /^No checkpoint in ".*" can be used: .*belongs to the trial with key/m,
  );
});

test('an edited experiment is another trial: the old one keeps its checkpoints and goes on when the edit is undone', async () => {
  const scenario = await createSeeds(1);
  const [trial = ''] = await trainPartly(scenario);
  const before = await readAll(scenario.out);
  const edited = await run(scenario.with('--epochs', '4'));
  expect(edited.end, edited.stderr).toBe(0);
  expect(edited.stderr).not.toContain('continues');
  expect([...(await readAll(scenario.out))]).toEqual(expect.arrayContaining([...before]));
  expect((await readdir(scenario.out)).filter((name) => name.startsWith('one-seed0'))).toHaveLength(
    2,
  );
  const undone = await run(scenario);
  expect([undone.end, undone.stderr]).toEqual([
    0,
    expect.stringContaining('continues from its checkpoint after epoch 2'),
  ]);
  expect(await readOutcome(scenario.out)).toEqual(await referenceOf(scenario));
  expect(await readdir(trial)).toEqual(['result']);
});
