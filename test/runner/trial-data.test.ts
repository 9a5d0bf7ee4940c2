import { beforeAll, expect, test } from 'vitest';
import { type Cifar10, readCifar10 } from '../../src/cifar10/dataset.js';
import type { ImageBytes } from '../../src/datasets/image-file.js';
import type { ClassLabels } from '../../src/datasets/labelled-images.js';
import { selectTrialData } from '../../src/runner/prepare-trial.js';
import { cachedData } from '../cifar10/cached-data.js';
import { parseExperiment } from '../experiment/parse.js';

let data: Cifar10;
beforeAll(async () => {
  data = await readCifar10(await cachedData());
});

const select = (changes: object) => selectTrialData(parseExperiment(changes), data);

test('Without limits all images are used as they are', () => {
  const selected = select({});
  expect(selected.train).toBe(data.train);
  expect(selected.test).toBe(data.test);
  expect(selected).not.toHaveProperty('validation');
});

test('Limits take as many images of each class', () => {
  const { train, test: judged } = select({ dataset: { trainLimit: 70, testLimit: 30 } });
  const perClass = (labels: ClassLabels) =>
    Array.from({ length: 10 }, (_, label) => [...labels].filter((own) => own === label).length);
  expect(perClass(train.labels)).toEqual(Array(10).fill(7));
  expect(perClass(judged.labels)).toEqual(Array(10).fill(3));
});

test('A split is held out of the training images, and shares none with them', () => {
  const dataset = { trainLimit: 300, testLimit: 30 };
  const training = { validation: { split: 100 } };
  const { train, validation, test: judged } = select({ dataset, training });
  expect([train.count, validation?.count, judged.count]).toEqual([200, 100, 30]);
  const imagesOf = (set?: { count: number; images: ImageBytes }) =>
    Array.from({ length: set?.count ?? 0 }, (_, i) =>
      Buffer.from(set?.images.slice(i * 3072, (i + 1) * 3072) ?? []).toString('base64'),
    );
  const held = new Set(imagesOf(validation));
  expect(held.size).toBe(100);
  expect(imagesOf(train).filter((image) => held.has(image))).toEqual([]);
  const whole = select({ dataset });
  expect(new Set([...held, ...imagesOf(train)])).toEqual(new Set(imagesOf(whole.train)));
});
