import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { readSealedFolder } from '../../../src/storage/sealed-folder.js';
import { decodeTrainingState } from '../../../src/training/checkpoint/encode.js';
import { train } from '../../../src/training/train.js';
import { loadTestEngine } from '../../engine.js';
import { createRichLearner, imageCount, rich } from '../rich-learner.js';

/** Written by the first prep-lab that had checkpoints, after two steps of the second epoch. Never to be written anew. */
const folder = fileURLToPath(new URL('../../golden/checkpoint-v1', import.meta.url));

beforeAll(async () => {
  await loadTestEngine();
});

test('A checkpoint of version 1 is still read, and its training goes on', async () => {
  const files = await readSealedFolder(folder, { kind: 'checkpoint', key: 'rich' });
  expect([...files.keys()]).toEqual(['state.json', 'tensors.bin', 'past.json']);
  const resume = decodeTrainingState({
    'state.json': String(files.get('state.json')),
    'tensors.bin': files.get('tensors.bin') ?? Buffer.alloc(0),
  });
  expect(resume).toMatchObject({ epoch: 1, step: 2, best: { epoch: 1 } });
  const learner = createRichLearner('graph', {}, []);
  const common = { recipe: rich, seed: 0, imageCount, validation: 'validation' };
  const trained = await train({ learner, ...common, resume });
  expect(trained).toMatchObject({ status: 'finished', restoredEpoch: 1 });
  expect(trained.history).toHaveLength(3);
  expect(trained.history[0]).toEqual(resume.history[0]);
  learner.dispose();
});
