import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSealedFolder } from '../../../src/storage/sealed-folder.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { forEachCall } from '../each-call.js';
import { preloadOption } from '../fault.js';
import { readOutcome } from '../outcome.js';
import { patchedProgram } from '../patched-program.js';
import { createRandom } from '../random.js';
import { referenceOf } from '../reference.js';
import type { Scenario } from '../scenario.js';
import { run } from '../start-run.js';
import { type Change, createDisk, type Survival, writeTree } from './disk.js';
import { createSeeds } from './partial-trials.js';

async function recordChanges(scenario: Scenario, program?: string): Promise<Change[]> {
  const { folder, parameters, out, log } = scenario;
  const environment = {
    NODE_OPTIONS: preloadOption('journal.mjs'),
    JOURNAL: log,
    JOURNAL_FOLDER: out,
  };
  const { end, stderr } = await run({
    folder,
    parameters,
    environment,
    ...(program && { program }),
  });
  expect(end, stderr).toBe(0);
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** What a disk holds after a power cut, and what it must hold. */
interface Cut {
  readonly tree: ReadonlyMap<string, string>;
  /** Epochs of the newest checkpoint that the program went on after. */
  readonly epochs: number;
  /** Whether the program had said that the trial is done. */
  readonly isDone: boolean;
  /** The change before which the power went, for messages. */
  readonly at: string;
}

/** Cuts the power before each change, and returns the states of the disk that differ. */
function cutEverywhere(changes: readonly Change[], survival: Survival): Cut[] {
  const disk = createDisk();
  const cuts = new Map<string, Cut>();
  let [epochs, isDone] = [0, false];
  for (const [index, change] of changes.entries()) {
    const tree = disk.cutPower(survival);
    const at = `${index} ${change.do} ${change.path}`;
    // What has a temporary name is never read.
    const read = [...tree].filter(([path]) => !path.includes('.tmp-')).sort();
    const state = JSON.stringify([read, epochs, isDone]);
    cuts.set(createHash('sha256').update(state).digest('hex'), { tree, epochs, isDone, at });
    disk.apply(change);
    // The program reports an epoch before its checkpoint; the next one's tells that it was kept.
    if (change.do === 'say') {
      const epoch = /epoch (\d+)\//.exec(change.text)?.[1];
      if (epoch) epochs = Number(epoch) - 1;
      if (/: test accuracy/.test(change.text)) isDone = true;
    }
  }
  return [...cuts.values()];
}

/** Expects that what the program went on after is there and whole, or something newer. */
async function expectKept(folder: string, { tree, epochs, isDone, at }: Cut): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await writeTree(folder, tree);
  const paths = [...tree.keys()].map((path) => path.replace(/\/$/, ''));
  const results = paths.filter((path) => /^[^/]+\/result$/.test(path));
  for (const path of results) await readSealedFolder(join(folder, path), { kind: 'result' });
  if (paths.includes('results.json')) {
    expect(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')), at).toBeTruthy();
  }
  if (isDone) expect(results, at).toHaveLength(1);
  if (results.length > 0) return;
  const newest = paths
    .filter((path) => /^[^/]+\/checkpoints\/epoch-[^/]+$/.test(path))
    .sort()
    .at(-1);
  const epoch = Number(/epoch-(\d+)/.exec(newest ?? '')?.[1] ?? 0);
  expect(epoch, at).toBeGreaterThanOrEqual(epochs);
  if (newest) await readSealedFolder(join(folder, newest), { kind: 'checkpoint' });
}

test('after a power cut before any change, what was reported is kept, whatever of the rest survives', async () => {
  const changes = await recordChanges(await createSeeds(1));
  const random = createRandom('power cuts');
  const folder = join(await temporaryFolder(), 'results');
  const survivals: Survival[] = ['nothing', 'names', ...Array(10).fill(random)];
  let count = 0;
  for (const survival of survivals) {
    for (const cut of cutEverywhere(changes, survival)) {
      await expectKept(folder, cut);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(100);
});

/** Expects that a run goes on from what a power cut has left. */
async function expectSameEnd({ tree, isDone, at }: Cut): Promise<void> {
  const scenario = await createSeeds(1);
  await writeTree(scenario.out, tree);
  const { end, stderr } = await run(scenario);
  expect([end, stderr], at).toEqual([0, expect.stringContaining('Results are in')]);
  if (isDone) expect(stderr, at).toContain('1 of 1 trials have a result already.');
  expect(await readOutcome(scenario.out), at).toEqual(await referenceOf(scenario));
}

test.each<Survival>(['nothing', 'names'])(
  'after a power cut that leaves %s of the unsynced, the run goes on to the same end',
  async (survival) => {
    const cuts = cutEverywhere(await recordChanges(await createSeeds(1)), survival);
    const states = await forEachCall(async (number) => {
      const cut = cuts[number - 1];
      if (cut) await expectSameEnd(cut);
      return cut !== undefined;
    });
    expect(states).toBeGreaterThan(8);
  },
);

test.each<[name: string, ...edits: [text: string, replacement: string][]]>([
  ['nothing', ['await handle.sync();', ''], ['handle.sync()', 'Promise.resolve()']],
  ['no file', ['await handle.sync();', '']],
  ['no folder', ['handle.sync().catch', 'Promise.resolve().catch']],
])('a program that syncs %s is caught', async (_, ...edits) => {
  const program = await patchedProgram('storage/sync.js', ...edits);
  const changes = await recordChanges(await createSeeds(1), program);
  const folder = join(await temporaryFolder(), 'results');
  const check = async () => {
    for (const survival of ['nothing', 'names'] as const) {
      for (const cut of cutEverywhere(changes, survival)) await expectKept(folder, cut);
    }
  };
  // A sealed folder or results.json is empty, a result is missing, or a checkpoint.
  const damage = / is empty\.$|^Unexpected end of JSON|to have a length of 1|to be greater than/;
  await expect(check()).rejects.toThrow(damage);
});
