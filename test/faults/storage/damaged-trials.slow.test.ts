import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOutcome } from '../outcome.js';
import { createRandom, type Random } from '../random.js';
import { referenceOf } from '../reference.js';
import type { Scenario } from '../scenario.js';
import { run } from '../start-run.js';
import { checkpointFiles, checkpointsOf, damageFile, drawDamage, resultFiles } from './damage.js';
import { createSeeds, trainPartly } from './partial-trials.js';

const trialsAtOnce = 20;
const rounds = 10;

/** Cuts or flips a random file in each trial's folder, and those of the summary. Returns the files, by trial. */
async function damageTrials(trials: readonly string[], random: Random): Promise<string[]> {
  const damaged: string[] = [];
  for (const trial of trials) {
    const path = await drawFile(trial, random);
    await damageFile(path, drawDamage(random));
    damaged.push(path);
  }
  return damaged;
}

async function drawFile(trial: string, random: Random): Promise<string> {
  const checkpoints = await checkpointsOf(trial).catch(() => []);
  const folder = checkpoints[Math.floor(random() * checkpoints.length)];
  const names = folder ? checkpointFiles : resultFiles;
  return join(folder ?? join(trial, 'result'), names[Math.floor(random() * names.length)] ?? '');
}

/** Makes a folder in which the first half of the trials is done and the others have two checkpoints. */
async function prepareTrials(scenario: Scenario): Promise<string[]> {
  const trials = await trainPartly(scenario);
  const ids = trials.slice(trialsAtOnce / 2);
  const kept = join(scenario.folder, 'partial');
  for (const id of ids) await cp(id, id.replace(scenario.out, kept), { recursive: true });
  expect((await run(scenario)).end).toBe(0);
  for (const id of ids) {
    await rm(id, { recursive: true });
    await cp(id.replace(scenario.out, kept), id, { recursive: true });
  }
  return trials;
}

test('200 random cuts and flipped bits in the files of trials are all found and made up for', async () => {
  const random = createRandom('damaged trials');
  const scenario = await createSeeds(trialsAtOnce, '--jobs', '2');
  const { out, folder } = scenario;
  const trials = await prepareTrials(scenario);
  const prepared = join(folder, 'prepared');
  await cp(out, prepared, { recursive: true });
  for (let round = 0; round < rounds; round++) {
    await rm(out, { recursive: true });
    await cp(prepared, out, { recursive: true });
    const damaged = await damageTrials(trials, random);
    await damageFile(join(out, 'results.json'), drawDamage(random));
    await damageFile(join(out, 'table.md'), drawDamage(random));
    const { end, stderr } = await run(scenario);
    expect(end, stderr).toBe(0);
    for (const path of damaged) {
      // What is older than the newest checkpoint is not read.
      if (path.includes('epoch-000001')) continue;
      expect(stderr).toContain(path.slice(folder.length + 1));
    }
    expect(await readOutcome(out), damaged.join('\n')).toEqual(await referenceOf(scenario));
  }
});
