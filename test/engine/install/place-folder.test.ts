import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placeFolder, removeUnfinished } from '../../../src/engine/install/place-folder.js';
import { exitCodes } from '../../../src/user-error.js';
import { temporaryFolder } from '../../temporary-folder.js';

test('places a folder that others can read', async () => {
  const place = join(await temporaryFolder(), 'engine', 'addon');
  await placeFolder(place, (folder) => writeFile(join(folder, 'file'), 'content'));
  expect(await readFile(join(place, 'file'), 'utf8')).toBe('content');
  expect((await stat(place)).mode & 0o055).toBe(0o055);
});

test('leaves what was there, and nothing else, when the work fails', async () => {
  const parent = await temporaryFolder();
  const place = join(parent, 'addon');
  await placeFolder(place, (folder) => writeFile(join(folder, 'file'), 'old'));
  const fails = placeFolder(place, async (folder) => {
    await writeFile(join(folder, 'file'), 'half');
    throw new Error('no luck');
  });
  await expect(fails).rejects.toThrow('no luck');
  expect(await readdir(parent)).toEqual(['addon']);
  expect(await readFile(join(place, 'file'), 'utf8')).toBe('old');
});

test('replaces a folder that somebody damaged', async () => {
  const place = join(await temporaryFolder(), 'addon');
  await mkdir(join(place, 'rubbish'), { recursive: true });
  await placeFolder(place, (folder) => writeFile(join(folder, 'file'), 'new'));
  expect(await readdir(place)).toEqual(['file']);
});

test('removes what killed processes left, and only that', async () => {
  const parent = await temporaryFolder();
  await mkdir(join(parent, '.addon.partial-1', 'deep'), { recursive: true });
  await mkdir(join(parent, 'addon'));
  await removeUnfinished(parent);
  expect(await readdir(parent)).toEqual(['addon']);
});

test('names a place that cannot be written', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(placeFolder(join(file, 'addon'), async () => {})).rejects.toMatchObject({
    message: `"${file}" cannot be written: a part of the path is not a folder (EEXIST).`,
    exitCode: exitCodes.storage,
  });
});
