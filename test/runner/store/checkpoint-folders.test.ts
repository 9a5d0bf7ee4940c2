import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  keepNewest,
  nameCheckpoint,
  readNewestCheckpoint,
} from '../../../src/runner/store/checkpoint-folders.js';
import { writeSealedFolder } from '../../../src/storage/sealed-folder.js';
import { exitCodes } from '../../../src/user-error.js';
import { temporaryFolder } from '../../temporary-folder.js';

const key = 'a'.repeat(64);

async function write(parent: string, epoch: number, step = 0): Promise<string> {
  const name = nameCheckpoint({ epoch, step });
  const files = { 'state.json': `${epoch}.${step}` };
  await writeSealedFolder(join(parent, name), { kind: 'checkpoint', key, files });
  return name;
}

async function damage(parent: string, name: string): Promise<void> {
  await writeFile(join(parent, name, 'state.json'), 'x');
}

async function readState(parent: string): Promise<string | undefined> {
  const { files } = await readNewestCheckpoint(parent, key);
  return files?.get('state.json')?.toString();
}

test('reads the newest, a step counting less than an epoch', async () => {
  const parent = await temporaryFolder();
  expect(await readNewestCheckpoint(join(parent, 'none'), key)).toEqual({ damaged: [] });
  await write(parent, 10);
  await write(parent, 9, 780);
  await write(parent, 10, 17);
  expect(await readState(parent)).toBe('10.17');
});

test('passes over damaged ones and tells of them', async () => {
  const parent = await temporaryFolder();
  await write(parent, 1);
  const name = await write(parent, 2);
  await damage(parent, name);
  const { files, damaged } = await readNewestCheckpoint(parent, key);
  expect(files?.get('state.json')?.toString()).toBe('1.0');
  expect(damaged).toEqual([`"${join(parent, name, 'state.json')}" must have 3 bytes, has 1.`]);
});

test('refuses to begin anew when all are damaged', async () => {
  const parent = await temporaryFolder();
  await damage(parent, await write(parent, 1));
  await expect(readNewestCheckpoint(parent, key)).rejects.toMatchObject({
    hint: '"--fresh" sets them aside and trains the trial from its beginning.',
    exitCode: exitCodes.cannotResume,
  });
});

test('keeps the newest two', async () => {
  const parent = await temporaryFolder();
  for (let epoch = 1; epoch <= 5; epoch++) await keepNewest(parent, await write(parent, epoch));
  expect((await readdir(parent)).sort()).toEqual([
    'epoch-000004-step-000000',
    'epoch-000005-step-000000',
  ]);
});

test('the newest two are of those that the training has reached: later ones are damaged', async () => {
  const parent = await temporaryFolder();
  await write(parent, 1);
  await damage(parent, await write(parent, 2));
  await damage(parent, await write(parent, 3));
  expect(await readState(parent)).toBe('1.0');
  await keepNewest(parent, await write(parent, 1, 17));
  expect(await readState(parent)).toBe('1.17');
  expect((await readdir(parent)).sort()).toEqual([
    'epoch-000001-step-000000',
    'epoch-000001-step-000017',
  ]);
});
