import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchCifar10, findCifar10 } from '../../src/cifar10/files.js';
import { silentProgress } from '../../src/progress.js';
import { exitCodes } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';
import { copyData, linkData } from './data-folder.js';

const home = process.cwd();
const notes: string[] = [];
const progress = { ...silentProgress, note: (line: string) => void notes.push(line) };

beforeEach(async () => {
  notes.length = 0;
  process.chdir(await temporaryFolder());
});
afterEach(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
});

/** Sets a cache folder of its own, with the real files in it. */
async function useOwnCache(): Promise<string> {
  const cache = await temporaryFolder();
  await linkData(join(cache, 'cifar10'));
  vi.stubEnv('PREP_LAB_CACHE', cache);
  return cache;
}

describe('findCifar10', () => {
  test('prefers "data" in the current folder to the cache', async () => {
    const cache = await useOwnCache();
    expect(await findCifar10()).toEqual({ folder: join(cache, 'cifar10') });
    await linkData('data');
    expect(await findCifar10()).toEqual({ folder: 'data' });
  });

  test('finds nothing where a file is missing or has another size', async () => {
    vi.stubEnv('PREP_LAB_CACHE', await temporaryFolder());
    expect(await findCifar10()).toBeUndefined();
    await linkData('mine', ['test_batch.bin']);
    expect(await findCifar10('mine')).toBeUndefined();
    await truncate(await copyData('mine', 'test_batch.bin'), 7);
    expect(await findCifar10('mine')).toBeUndefined();
  });

  test('looks only in the folder that it is given', async () => {
    await useOwnCache();
    await mkdir('empty');
    expect(await findCifar10('empty')).toBeUndefined();
  });
});

describe('fetchCifar10', () => {
  test('uses what is there, in "data" or in the cache', async () => {
    const cache = await useOwnCache();
    expect(await fetchCifar10({ progress })).toBe(join(cache, 'cifar10'));
    await linkData('data');
    expect(await fetchCifar10({ progress })).toBe('data');
    expect(notes).toEqual([]);
  });

  test("finds the official archive's own folder inside the given one", async () => {
    await linkData(join('mine', 'cifar-10-batches-bin'));
    expect(await fetchCifar10({ dataFolder: 'mine', progress })).toBe(
      join('mine', 'cifar-10-batches-bin'),
    );
  });

  test('refuses a given folder that lacks a file, although the cache has it', async () => {
    await useOwnCache();
    await linkData('mine', ['data_batch_1.bin', 'test_batch.bin']);
    await writeFile('mine/test_batch.bin', 'short');
    await expect(fetchCifar10({ dataFolder: 'mine', progress })).rejects.toMatchObject({
      message: [
        `"${join('mine', 'data_batch_1.bin')}" is missing.`,
        `"${join('mine', 'test_batch.bin')}" is truncated: it must have 30730000 bytes, received 5.`,
      ].join('\n'),
      hint: 'Put the official files there, or leave out --data to have them fetched into your cache folder.',
      exitCode: exitCodes.data,
    });
  });

  test('refuses a given folder that is none', async () => {
    await expect(fetchCifar10({ dataFolder: 'nowhere', progress })).rejects.toMatchObject({
      message: '"nowhere" must be a folder with the six files, received none.',
      exitCode: exitCodes.data,
    });
  });

  test('refuses a wrong file in "data", although the cache has the right one', async () => {
    await useOwnCache();
    await linkData('data', ['data_batch_2.bin']);
    await writeFile('data/data_batch_2.bin', 'short');
    await expect(fetchCifar10({ progress })).rejects.toMatchObject({
      message: `"${join('data', 'data_batch_2.bin')}" is truncated: it must have 30730000 bytes, received 5.`,
      hint: 'Remove what is wrong there and run "prep-lab data".',
      exitCode: exitCodes.data,
    });
  });

  test('passes over a "data" that lacks files, and says so', async () => {
    const cache = await useOwnCache();
    await linkData('data', ['data_batch_2.bin', 'test_batch.bin']);
    expect(await fetchCifar10({ progress })).toBe(join(cache, 'cifar10'));
    expect(notes).toEqual(['"data" lacks 2 of the six files: it is not used.']);
  });
});
