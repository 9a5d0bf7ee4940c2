import { cp, mkdir } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { forEachCall } from '../each-call.js';
import { type Call, type Fault, faultEnvironment, readCalls } from '../fault.js';
import { expectTidy, readCheckpoints, readOutcome } from '../outcome.js';
import { patchedProgram } from '../patched-program.js';
import { referenceOf } from '../reference.js';
import { run, startRun } from '../start-run.js';
import { createSeeds, trainPartly } from './partial-trials.js';

interface Kill extends Pick<Fault, 'process' | 'action'> {
  /** What is in the results folder before. */
  readonly before?: string;
  readonly program?: string;
}

/** Kills a run before a change of the file system and runs it again. Returns false if there is no such change. */
async function killAt(call: number, { before, program, ...kill }: Kill): Promise<boolean> {
  const scenario = await createSeeds(1);
  const { folder, parameters, out, log } = scenario;
  if (before) await cp(before, out, { recursive: true });
  else await mkdir(out);
  const setting = { folder, parameters, ...(program && { program }) };
  const environment = faultEnvironment({ ...kill, call }, { folder: out, log });
  const killed = startRun({ ...setting, environment });
  const { end } = await killed.ended;
  await vi.waitFor(() => expect(killed.processes()).toEqual([]), { timeout: 60_000 });
  const calls = await readCalls(log);
  if (!calls.some(({ isFault }) => isFault)) {
    expect(end).toBe(0);
    return false;
  }
  expect(end).toBe('SIGKILL');
  const newest = (await readCheckpoints(out)).at(-1);
  if (kill.process === 'child') expect(newest).toContain(newestPlaced(calls) ?? 'epoch-000002');

  const again = await run(setting);
  expect([again.end, again.stderr]).toEqual([0, expect.stringContaining('Results are in')]);
  expect(again.stderr).not.toMatch(/altered|missing|set aside/);
  if (newest && again.stderr.includes('trial 1 of 1')) {
    const epoch = Number(/epoch-(\d+)/.exec(newest)?.[1]);
    expect(again.stderr).toContain(`continues from its checkpoint after epoch ${epoch}`);
  }
  expect(await readOutcome(out)).toEqual(await referenceOf(scenario));
  await expectTidy(out);
  return true;
}

/** The last checkpoint that got its name. */
function newestPlaced(calls: readonly Call[]): string | undefined {
  const placed = calls.flatMap(({ name, path, isFault }) =>
    name === 'rename' && !isFault ? (/\/(epoch-[\d-]+step-\d+)$/.exec(path)?.[1] ?? []) : [],
  );
  return placed.at(-1);
}

/** Kills while the third checkpoint is saved. */
async function killSaving(): Promise<Kill> {
  const partial = await createSeeds(1);
  await trainPartly(partial);
  return { process: 'child', action: 'kill-all', before: partial.out };
}

test('killed at each step of saving a checkpoint, the newest that has its name is whole and used', async () => {
  const kill = await killSaving();
  const calls = await forEachCall((call) => killAt(call, kill));
  // Four files of three steps each, three more for the folder, and another checkpoint that is removed.
  expect(calls).toBeGreaterThan(16);
});

test('killed at each step of storing results, the run goes on from what there is', async () => {
  const calls = await forEachCall((call) => killAt(call, { process: 'parent', action: 'kill' }));
  expect(calls).toBeGreaterThan(30);
});

test('a program that writes checkpoints in place is caught', async () => {
  const program = await patchedProgram(
    'storage/sealed-folder.js',
    ['const temporary = temporaryPath(path);', 'const temporary = path;'],
    ['await place(temporary, path);', ''],
  );
  const kill = { ...(await killSaving()), program };
  await expect(forEachCall((call) => killAt(call, kill))).rejects.toThrow(
    /manifest.json" is missing/,
  );
});
