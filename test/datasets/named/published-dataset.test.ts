import { createHash } from 'node:crypto';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeCifar100 } from '../../../src/datasets/named/cifar100.js';
import type { NamedDataset } from '../../../src/datasets/named/named-dataset.js';
import {
  createPublishedDataset,
  type PublishedDataset,
} from '../../../src/datasets/named/published-dataset.js';
import { stl10Definition } from '../../../src/datasets/named/stl10.js';
import { svhnDefinition } from '../../../src/datasets/named/svhn.js';
import { silentProgress } from '../../../src/progress.js';
import { hashFile } from '../../../src/storage/hash-file.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { goldenPath, readGolden } from '../files/golden.js';
import { useOwnCache } from '../files/read.js';

useOwnCache();

const folder = goldenPath('published');
const expected =
  readGolden<Record<string, Record<'train' | 'test', { pixels: string; labels: number[] }>>>(
    'published/expected.json',
  );

/** Makes a data set of few images in the published layout, whose hashes are those of its own files. */
async function withOwnHashes(definition: PublishedDataset): Promise<NamedDataset> {
  const { train, test: judged } = expected[definition.name] ?? {};
  const files = definition.files.map(async (file) => ({
    ...file,
    sha256: await hashFile(join(folder, file.name)),
  }));
  const counts = { train: train?.labels.length ?? 0, test: judged?.labels.length ?? 0 };
  return createPublishedDataset({
    ...definition,
    facts: { ...definition.facts, counts },
    files: await Promise.all(files),
  });
}

const setting = { dataFolder: folder, progress: silentProgress };
const definitions = [
  describeCifar100('fine'),
  describeCifar100('coarse'),
  svhnDefinition,
  stl10Definition,
];

describe.each(definitions)('$name', (definition) => {
  test('in its published layout is read as NumPy reads it', async () => {
    const dataset = await withOwnHashes(definition);
    const read = await dataset.read(await dataset.fetch(setting));
    for (const part of ['train', 'test'] as const) {
      const { images, labels } = read[part];
      expect([...labels]).toEqual(expected[definition.name]?.[part].labels);
      const pixels = createHash('sha256').update(images.slice()).digest('hex');
      expect(pixels).toBe(expected[definition.name]?.[part].pixels);
    }
    expect(read.sha256).toEqual(dataset.facts.sha256);
  });

  test('is found once it was decoded, and nothing but decoded images is left', async () => {
    const dataset = await withOwnHashes(definition);
    expect(await dataset.find()).toBeUndefined();
    const decoded = await dataset.fetch(setting);
    expect(await dataset.find()).toEqual({ folder: decoded });
    expect((await readdir(decoded)).sort()).toEqual([
      'test.images',
      'test.labels',
      'train.images',
      'train.labels',
    ]);
    const { height, width, channels } = dataset.facts.shape;
    const { size } = await stat(join(decoded, 'train.images'));
    expect(size).toBe(height * width * channels * dataset.facts.counts.train);
  });

  test('has a published hash that other files do not have', async () => {
    const dataset = createPublishedDataset(definition);
    const [file] = definition.files;
    const path = join(folder, file?.name ?? '');
    const received = await hashFile(path);
    await expect(dataset.fetch(setting)).rejects.toThrow(
      `"${path}" is not ${definition.facts.title}'s: its SHA-256 must be ${file?.sha256}, received ${received}.`,
    );
  });

  test('has a class name for each label, none twice', () => {
    const { classNames } = definition.facts;
    expect(new Set(classNames).size).toBe(classNames.length);
    const highest = Math.max(...(expected[definition.name]?.test.labels ?? []));
    expect(classNames).toHaveLength(highest + 1);
  });
});

test('a folder without the files is named with all that must be there', async () => {
  const empty = await temporaryFolder();
  const dataset = createPublishedDataset(svhnDefinition);
  await expect(dataset.fetch({ ...setting, dataFolder: empty })).rejects.toThrow(
    `"${join(empty, 'train_32x32.mat')}" is missing: of SVHN, "${empty}" must have train_32x32.mat and test_32x32.mat.`,
  );
});

test.each([
  [0, 'it is no MATLAB 5 file of a little-endian computer'],
  [100, 'it is no MATLAB 5 file of a little-endian computer'],
  [200, 'it ends within an element'],
])('a MATLAB file that ends after %i bytes is refused', async (length, reason) => {
  const own = await temporaryFolder();
  await cp(folder, own, { recursive: true });
  const path = join(own, 'train_32x32.mat');
  const { open } = svhnDefinition;
  await writeFile(path, (await readFile(path)).subarray(0, length));
  const { images } = await open([path, join(own, 'test_32x32.mat')], '');
  const readAll = async () => {
    for await (const _ of images) {
    }
  };
  await expect(readAll()).rejects.toThrow(`"${path}" cannot be read: ${reason}.`);
});
