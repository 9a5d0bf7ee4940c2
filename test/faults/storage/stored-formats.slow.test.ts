import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSealedFolder, writeSealedFolder } from '../../../src/storage/sealed-folder.js';
import { hashBytes } from '../../../src/storage/sealed-manifest.js';
import { readOutcome } from '../outcome.js';
import { createScenario, type Scenario } from '../scenario.js';
import { run } from '../start-run.js';
import { checkpointsOf } from './damage.js';
import { trainPartly } from './partial-trials.js';

/** See stored-formats.test.ts. */
const stored = fileURLToPath(new URL('format-1', import.meta.url));

const experiments = {
  stored: {
    preprocessing: [{ name: 'zscore' }, { name: 'random-flip' }],
    model: { name: 'quarters', rate: 0.3 },
    training: {
      epochs: 3,
      batchSize: 5,
      earlyStopping: { monitor: 'validationAccuracy', patience: 3, restoreBestWeights: true },
      reduceLearningRateOnPlateau: { patience: 0, factor: 0.5 },
    },
  },
};

/** Makes a scenario whose trial has one checkpoint: the stored files, sealed under today's key. */
async function withCheckpoint(change: (files: Map<string, Buffer>) => void) {
  const scenario = await createScenario({
    experiments,
    options: ['--seed', '0', '--limit', '20,10'],
  });
  const [trial = ''] = await trainPartly(scenario);
  const files = await readSealedFolder(join(stored, 'checkpoint'), { kind: 'checkpoint' });
  change(files);
  const [older = '', newer = ''] = await checkpointsOf(trial);
  const { key } = JSON.parse(await readFile(join(newer, 'manifest.json'), 'utf8'));
  for (const folder of [older, newer]) await rm(folder, { recursive: true });
  await writeSealedFolder(newer, { kind: 'checkpoint', key, files: Object.fromEntries(files) });
  return { scenario, checkpoint: newer };
}

async function readHistory(out: string): Promise<object[]> {
  const { trials } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  return trials[0].history;
}

test('a checkpoint of format version 1 is continued', async () => {
  const { scenario } = await withCheckpoint(() => {});
  const { end, stderr } = await run(scenario);
  expect(end, stderr).toBe(0);
  expect(stderr).toContain('stored: continues from its checkpoint after epoch 2');
  const history = await readHistory(scenario.out);
  expect(history).toHaveLength(3);
  const state = JSON.parse(await readFile(join(stored, 'checkpoint', 'state.json'), 'utf8'));
  expect(history.slice(0, 2)).toEqual(state.history);
});

/** Expects that a run ends with 7 for this reason, and that --fresh sets the checkpoint aside. */
async function expectRefused(scenario: Scenario, reason: string): Promise<void> {
  const { end, stderr } = await run(scenario);
  expect([end, stderr]).toEqual([7, expect.stringContaining(reason)]);
  expect(stderr).toMatch(/\nHint: .*--fresh/);
  const fresh = await run(scenario.with('--fresh'));
  expect(fresh.end, fresh.stderr).toBe(0);
  expect(fresh.stderr).toContain(reason);
  expect(fresh.stderr).toContain('It was set aside; trained again.');
  expect((await readOutcome(scenario.out)).trials).toHaveLength(1);
}

test('a checkpoint of a later version is refused with its version', async () => {
  const { scenario } = await withCheckpoint((files) => {
    const state = JSON.parse(files.get('state.json')?.toString() ?? '');
    files.set('state.json', Buffer.from(JSON.stringify({ ...state, version: 2, tensors: {} })));
  });
  await expectRefused(scenario, 'its format is version 2, and this prep-lab reads version 1');
});

test('a checkpoint in a folder of a later version is refused with its version', async () => {
  const { scenario, checkpoint } = await withCheckpoint(() => {});
  const path = join(checkpoint, 'manifest.json');
  const { sha256: _, ...manifest } = JSON.parse(await readFile(path, 'utf8'));
  const later = { ...manifest, version: 2 };
  const sealed = { ...later, sha256: hashBytes(JSON.stringify(later)) };
  await writeFile(path, `${JSON.stringify(sealed, null, 2)}\n`);
  const name = join(basename(checkpoint), 'manifest.json');
  await expectRefused(scenario, `${name}" has format version 2; this prep-lab reads version 1.`);
});
