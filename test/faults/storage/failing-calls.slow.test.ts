import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forEachCall } from '../each-call.js';
import { type Fault, faultEnvironment, readCalls } from '../fault.js';
import { expectTidy, listFiles, readCheckpoints, readOutcome } from '../outcome.js';
import { patchedProgram } from '../patched-program.js';
import { referenceOf } from '../reference.js';
import { run } from '../start-run.js';
import { createSeeds, trainPartly } from './partial-trials.js';

interface Failure extends Pick<Fault, 'process' | 'persists' | 'names'> {
  /** By call: the error's code. */
  readonly codes: readonly `E${string}`[];
  /** What is in the results folder before. */
  readonly before?: string;
}

/** Lets one call fail, and runs again without. Returns false if there is no such call. */
async function failAt(call: number, { codes, before, ...where }: Failure): Promise<boolean> {
  const scenario = await createSeeds(1);
  const { folder, parameters, out, log } = scenario;
  if (before) await cp(before, out, { recursive: true });
  else await mkdir(out);
  const action = codes[call % codes.length] ?? 'EIO';
  const environment = faultEnvironment({ ...where, action, call }, { folder: out, log });
  const { end, stderr } = await run({ folder, parameters, environment });
  const failed = (await readCalls(log)).find(({ isFault }) => isFault);
  if (!failed) {
    expect(end).toBe(0);
    return false;
  }
  const what = `${action} at ${failed.name} of ${failed.path}:\n${stderr}`;
  expect(end, what).toBe(5);
  expect(stderr, what).toContain(`(${action})`);
  expect(stderr, what).toMatch(/^"?results.*" cannot be written: .*\nHint: /m);
  expect(stderr, what).not.toMatch(/This is a bug|failed\./);
  const checkpoints = await readCheckpoints(out);
  if (where.process === 'child') expect(checkpoints.at(-1), what).toMatch(/epoch-00000[23]/);
  await expectReadable(out);

  const again = await run({ folder, parameters });
  expect([again.end, again.stderr], what).toEqual([0, expect.stringContaining('Results are in')]);
  expect(again.stderr, what).not.toMatch(/altered|missing|set aside/);
  expect(await readOutcome(out), what).toEqual(await referenceOf(scenario));
  await expectTidy(out);
  return true;
}

/** What is there of the summary is whole. */
async function expectReadable(out: string): Promise<void> {
  if (!(await listFiles(out)).includes('results.json')) return;
  expect(JSON.parse(await readFile(join(out, 'results.json'), 'utf8'))).toHaveProperty('trials');
}

/** From some call on, all fail. */
const fullDisk = { codes: ['ENOSPC', 'EROFS', 'EDQUOT', 'EIO', 'EACCES'], persists: true } as const;
/** A failed sync must not be tried again: the system may have dropped what it could not write. */
const passingFailure = { codes: ['EIO'], names: ['sync', 'rename'], persists: false } as const;

test.each([
  { name: 'a disk that is full, read-only or broken', disk: fullDisk, least: 16 },
  { name: 'a sync or rename that fails once', disk: passingFailure, least: 8 },
])(
  '$name while a checkpoint is saved ends the run with 5 and loses nothing',
  async ({ disk, least }) => {
    const partial = await createSeeds(1);
    await trainPartly(partial);
    const failure: Failure = { process: 'child', before: partial.out, ...disk };
    const calls = await forEachCall((call) => failAt(call, failure));
    expect(calls).toBeGreaterThanOrEqual(least);
  },
);

test.each([
  { name: 'a disk that is full, read-only or broken', disk: fullDisk, least: 30 },
  { name: 'a sync or rename that fails once', disk: passingFailure, least: 12 },
])(
  '$name while results are stored ends the run with 5 and loses nothing',
  async ({ disk, least }) => {
    const calls = await forEachCall((call) => failAt(call, { process: 'parent', ...disk }));
    expect(calls).toBeGreaterThanOrEqual(least);
  },
);

test('a program that goes on after a failed sync is caught', async () => {
  const program = await patchedProgram(
    'storage/sync.js',
    ['await handle.sync();', 'await handle.sync().catch(() => {});'],
    ['throw error;', 'return;'],
  );
  const runWith = async (setting: { readonly program?: string }) => {
    const { folder, parameters, out, log } = await createSeeds(1);
    const fault = { process: 'child', action: 'EIO', call: 1, names: ['sync'] } as const;
    const environment = faultEnvironment(fault, { folder: out, log });
    return (await run({ folder, parameters, environment, ...setting })).end;
  };
  expect(await runWith({})).toBe(5);
  expect(await runWith({ program })).toBe(0);
});
