import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createImageFile } from '../../src/datasets/image-file.js';
import { pickImages } from '../../src/datasets/labelled-images.js';
import { fitStages } from '../../src/stages/fit-stages.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { train } from '../../src/training/train.js';
import { loadTestEngine } from '../engine.js';
import { temporaryFolder } from '../temporary-folder.js';
import {
  createSmallLearner,
  createStages,
  imageShape,
  makeImages,
  recipe,
} from './small-learner.js';

beforeAll(loadTestEngine);

/** Returns the same images, in a file. */
async function toFile({ count, images, labels }: LabelledBytes): Promise<LabelledBytes> {
  const path = join(await temporaryFolder(), 'images');
  await writeFile(path, images.slice());
  return { count, labels, images: createImageFile({ path, imageBytes: 192, fileCount: count }) };
}

const some = Array.from({ length: 70 }, (_, index) => (index * 37) % 150);

describe.each(['graph', 'eager'] as const)('Images of a file, %s', (execution) => {
  test.each([
    ['all of them', (images: LabelledBytes) => images],
    ['some of them', (images: LabelledBytes) => pickImages(images, some)],
    [
      'some of some',
      (images: LabelledBytes) =>
        pickImages(pickImages(images, some), some.slice(80).concat(3, 9, 4)),
    ],
  ])('train as those in memory do, bit for bit: %s', async (_, choose) => {
    const memory = { train: makeImages(150), test: makeImages(40, 150) };
    const file = { train: await toFile(memory.train), test: await toFile(memory.test) };
    const [inMemory, inFile] = [memory, file].map(({ train: images, test: judged }) =>
      createSmallLearner({
        train: choose(images),
        evaluated: { test: judged },
        stages: createStages({ name: 'minmax' }, { name: 'random-flip' }),
        execution,
      }),
    );
    const outcomes = [];
    for (const [learner, set] of [
      [inMemory, memory],
      [inFile, file],
    ] as const) {
      if (!learner) throw new Error('There are two learners.');
      const imageCount = choose(set.train).count;
      const trained = await train({ learner, recipe, seed: 0, imageCount, validation: 'test' });
      const judged = learner.evaluations.test?.run(learner.program);
      outcomes.push({
        losses: trained.history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]),
        predicted: [...(judged?.predicted ?? [])],
        confidence: [...(judged?.confidence ?? [])],
      });
      learner.dispose();
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[0]?.losses).toHaveLength(2);
  });
});

test('Stages learn from images of a file what they learn from those in memory', async () => {
  const memory = makeImages(300);
  const file = pickImages(await toFile(memory), some);
  const stages = createStages({ name: 'zscore' }, { name: 'zca' });
  const shapes = [imageShape, imageShape, imageShape];
  const fitted = fitStages(stages, shapes, pickImages(memory, some));
  expect(fitStages(stages, shapes, file)).toEqual(fitted);
});

test('Parts of images of a file are read across their borders', async () => {
  const memory = makeImages(30);
  const picked = pickImages(await toFile(memory), [7, 2, 29]);
  const expected = pickImages(memory, [7, 2, 29]).images.slice();
  expect(picked.images.slice()).toEqual(expected);
  expect(picked.images.slice(100, 500)).toEqual(expected.slice(100, 500));
  expect(picked.images.slice(570)).toEqual(expected.slice(570));
});
