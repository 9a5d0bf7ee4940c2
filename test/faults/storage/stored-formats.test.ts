import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseTrialResult } from '../../../src/results/parse-results.js';
import { decodeCheckpoint } from '../../../src/runner/checkpoint.js';
import { readSealedFolder } from '../../../src/storage/sealed-folder.js';

/**
 * A checkpoint after two epochs and the result after three, written by prep-lab 0.1.0. A form that is released stays
 * readable, or is refused with its version: never change these files; a new form gets a folder of its own.
 */
const stored = fileURLToPath(new URL('format-1', import.meta.url));

test('a result of format version 1 is read', async () => {
  const files = await readSealedFolder(join(stored, 'result'), { kind: 'result' });
  const { value, problems } = parseTrialResult(files.get('trial.json')?.toString() ?? '');
  expect(problems).toEqual([]);
  expect(value).toMatchObject({ status: 'done', seed: 0, experiment: { name: 'stored' } });
  expect(value?.history).toHaveLength(3);
  expect(files.get('predictions.bin')).toHaveLength(10);
});

test('a checkpoint of format version 1 is read', async () => {
  const files = await readSealedFolder(join(stored, 'checkpoint'), { kind: 'checkpoint' });
  const { state, past } = decodeCheckpoint(files);
  expect(state).toMatchObject({ epoch: 2, step: 0, best: { epoch: 1 } });
  expect(state.history.map(({ trainLoss }) => trainLoss)).toEqual([
    3.0290996551513674, 2.5488874435424806,
  ]);
  expect(past.resumeCount).toBe(0);
});
