import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readResults } from '../../src/results/read-results.js';
import type { DoneTrial, TrialResult } from '../../src/results/result.js';
import { openTrialStore } from '../../src/runner/store/trial-store.js';
import { storedTrial } from '../results/stored-trial.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

const lease = { requireCurrent: async () => {} };
const done = storedTrial('done') as DoneTrial;

function trialOf(seed: number, changed: Partial<DoneTrial> = {}): TrialResult {
  const key = `${seed}`.padStart(64, '0');
  return { ...done, id: `minmax-seed${seed}-00000000`, key, seed, ...changed };
}

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

async function store(name: string, trials: readonly TrialResult[]): Promise<string> {
  const path = join(folder, name);
  const opened = await openTrialStore(path);
  for (const result of trials) {
    await opened.commit({ trial: result, result, predicted: new Uint8Array([1, 2]), lease });
  }
  return path;
}

describe('prep-lab merge', () => {
  test('brings trials of several folders into one table, in the order of their seeds', async () => {
    const a = await store('a', [trialOf(2), trialOf(0)]);
    const b = await store('b', [trialOf(1), trialOf(3)]);
    const out = join(folder, 'all');
    const { exitCode, stderr } = await runProgram(['merge', a, b, '--out', out]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `4 trials of 2 folders are in "${out}".\n`,
    });
    const { trials } = await readResults(out);
    expect(trials.map(({ seed }) => seed)).toEqual([0, 1, 2, 3]);
    expect(await readFile(join(out, 'table.md'), 'utf8')).toMatch(/4 seeds/);
    const predictions = join(out, 'minmax-seed3-00000000', 'result', 'predictions.bin');
    expect([...(await readFile(predictions))]).toEqual([1, 2]);
  });

  test('adds to what the folder holds, and takes equal results of one trial once', async () => {
    const first = await store('first', [trialOf(0), trialOf(1)]);
    const slower = trialOf(1, { durationSeconds: 999, resumeCount: 2 });
    const second = await store('second', [slower, trialOf(2)]);
    const { exitCode } = await runProgram(['merge', second, '--out', first]);
    expect(exitCode).toBe(0);
    const { trials } = await readResults(first);
    expect(trials.map(({ seed, resumeCount }) => [seed, resumeCount])).toEqual([
      [0, done.resumeCount],
      [1, done.resumeCount],
      [2, done.resumeCount],
    ]);
  });

  test('takes a result in place of a failure', async () => {
    const { id, key } = trialOf(0);
    const failed = { ...storedTrial('failed'), id, key, seed: 0 } as TrialResult;
    const a = await store('failed', [failed]);
    const b = await store('tried-again', [trialOf(0)]);
    const out = join(folder, 'mended');
    await runProgram(['merge', a, b, '--out', out]);
    expect((await readResults(out)).trials.map(({ status }) => status)).toEqual(['done']);
  });

  test('refuses two different results of one trial, and writes nothing', async () => {
    const a = await store('one', [trialOf(0)]);
    const b = await store('other', [trialOf(0, { test: { ...done.test, loss: 9 } })]);
    const out = join(folder, 'none');
    const { exitCode, stderr } = await runProgram(['merge', a, b, '--out', out]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`The trial minmax-seed0-00000000 has two results: test accuracy`);
    await expect(readFile(join(out, 'results.json'))).rejects.toThrow('ENOENT');
  });

  test('says what a folder is that holds no trial, and one that is not there', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const out = join(folder, 'from-nothing');
    const ofEmpty = await runProgram(['merge', empty, '--out', out]);
    expect(ofEmpty).toMatchObject({ exitCode: 2 });
    expect(ofEmpty.stderr).toContain(`"${empty}" holds no trial.`);
    const ofAbsent = await runProgram(['merge', join(folder, 'absent'), '--out', out]);
    expect(ofAbsent).toMatchObject({ exitCode: 2 });
    expect(ofAbsent.stderr).toContain('cannot be read (ENOENT)');
  });

  test('names a damaged result', async () => {
    const a = await store('damaged', [trialOf(0)]);
    const file = join(a, 'minmax-seed0-00000000', 'result', 'trial.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('0.001', '0.002'));
    const { exitCode, stderr } = await runProgram(['merge', a, '--out', join(folder, 'x')]);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('trial.json');
  });
});
