import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCifar10 } from '../../../src/cifar10/dataset.js';
import {
  type LabelledImages,
  pickImages,
  takeBalanced,
} from '../../../src/datasets/labelled-images.js';
import { runExperiments } from '../../../src/runner/run-experiments.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { loadTestEngine } from '../../engine.js';
import { loadFiles, useOwnCache } from './read.js';
import { type DatasetKey, type Written, writeFormats } from './write-formats.js';

/** A folder lists its images class by class, so the others have them in that order, too. */
function byClass(images: LabelledImages): LabelledImages {
  const order = [...images.labels.keys()].sort(
    (one, other) => (images.labels[one] ?? 0) - (images.labels[other] ?? 0),
  );
  return pickImages(images, order);
}

let folder: string;
let written: Written;
let datasets: readonly DatasetKey[];

beforeAll(async () => {
  await loadTestEngine();
  const { train, test: judged } = await readCifar10(await cachedData());
  written = { train: byClass(takeBalanced(train, 500)), test: byClass(takeBalanced(judged, 200)) };
  folder = await mkdtemp(join(tmpdir(), 'prep-lab-test-'));
  datasets = await writeFormats(folder, written);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

useOwnCache();

test('CIFAR-10 in seven formats gives one hash of pixels and labels', async () => {
  const hashes = new Set<string>();
  for (const dataset of datasets) {
    const { found, train, test: judged } = await loadFiles(dataset);
    expect(Buffer.compare(train.images.slice(), written.train.images.slice())).toBe(0);
    expect(Buffer.compare(judged.images.slice(), written.test.images.slice())).toBe(0);
    expect(train.labels).toEqual(written.train.labels);
    hashes.add(found.sha256);
  }
  expect(datasets).toHaveLength(7);
  expect(hashes.size).toBe(1);
});

test('and the same losses to the last bit, under one key', { timeout: 240_000 }, async () => {
  const { trials } = await runExperiments(
    datasets.map((dataset) => ({
      name: dataset.format,
      dataset: dataset as never,
      preprocessing: ['minmax'],
      model: 'baseline',
      training: { epochs: 1, batchSize: 100 },
    })),
    { device: 'cpu', diagnostics: false },
  );
  expect(trials.map(({ status }) => status)).toEqual(Array(7).fill('done'));
  const losses = trials.map(({ history: [first] }) => [first?.trainLoss, first?.validationLoss]);
  expect(new Set(losses.map(String)).size).toBe(1);
  expect(new Set(trials.map(({ key }) => key)).size).toBe(1);
});

test('what was decoded is taken from the cache until a file changes', async () => {
  const [dataset] = datasets;
  if (!dataset) throw new Error('There are seven.');
  const listCache = async () =>
    (await readdir(join(process.env.PREP_LAB_CACHE ?? '', 'datasets'))).filter((name) =>
      name.endsWith('.json'),
    );
  await loadFiles(dataset);
  await loadFiles(dataset);
  expect(await listCache()).toHaveLength(1);
  await utimes(join(dataset.path, 'train', '0', '000000.png'), 1, 1);
  await loadFiles(dataset);
  expect(await listCache()).toHaveLength(2);
});
