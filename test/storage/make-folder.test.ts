import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/storage/make-folder.js';
import { temporaryFolder } from '../temporary-folder.js';

test('a folder is made with those above it, and the highest one is returned', async () => {
  const folder = await temporaryFolder();
  expect(await makeFolder(join(folder, 'a', 'b', 'c'))).toBe(join(folder, 'a'));
  expect(await makeFolder(join(folder, 'a', 'b', 'd'))).toBe(join(folder, 'a', 'b', 'd'));
  expect(existsSync(join(folder, 'a', 'b', 'd'))).toBe(true);
});

test('a folder that is there is no error, whatever its name looks like', async () => {
  const folder = await temporaryFolder();
  symlinkSync(folder, join(folder, 'link'));
  for (const path of [folder, `${folder}/`, join(folder, 'link'), '/', '.', '']) {
    expect(await makeFolder(path)).toBeUndefined();
  }
});

test('a way that goes back makes only where it ends', async () => {
  const folder = relative('.', await temporaryFolder());
  expect(await makeFolder(`${folder}/not/../b`)).toBe(join(folder, 'b'));
  expect(existsSync(join(folder, 'not'))).toBe(false);
});

test('many processes may make the same folder at once', async () => {
  const folder = await temporaryFolder();
  const all = Array.from({ length: 50 }, () => makeFolder(join(folder, 'a', 'b', 'c')));
  await expect(Promise.all(all)).resolves.toHaveLength(50);
});

test('a file in the way is named', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('nowhere', join(folder, 'link'));
  await mkdir(join(folder, 'a'));
  for (const [path, named, code] of [
    ['file', 'file', 'EEXIST'],
    ['link', 'link', 'EEXIST'],
    ['link/a', 'link', 'EEXIST'],
    ['file/a', 'file/a', 'ENOTDIR'],
    ['file/a/b', 'file/a/b', 'ENOTDIR'],
  ] as const) {
    await expect(makeFolder(join(folder, path))).rejects.toThrow(
      expect.objectContaining({
        message: `"${folder}/${named}" cannot be written: a part of the path is not a folder (${code}).`,
        hint: 'Use another folder.',
        exitCode: 5,
      }),
    );
  }
});

test.skipIf(process.platform !== 'linux')(
  'a folder in which the system makes none ends with an error, not never',
  async () => {
    for (const path of ['/proc/results', '/proc/.cache/prep-lab']) {
      const named = path.replace('/prep-lab', '');
      await expect(makeFolder(path)).rejects.toThrow(
        expect.objectContaining({
          message: `"${named}" cannot be written: "/proc" takes no new folders (ENOENT).`,
          hint: 'use another folder: --out names one for results, PREP_LAB_CACHE one for the engine and the data.',
          exitCode: 5,
        }),
      );
    }
  },
);
