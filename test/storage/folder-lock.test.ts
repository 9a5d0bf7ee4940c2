import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { silentProgress } from '../../src/progress.js';
import { withFolderLock } from '../../src/storage/folder-lock.js';
import { exitCodes } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';

function lockIn(folder: string, notes: string[] = []) {
  const progress = { ...silentProgress, note: (line: string) => void notes.push(line) };
  return { folder, name: 'work', waiting: 'Waiting for the other one.', progress };
}

test('lets only one work at a time, and tells the other that it waits', async () => {
  const folder = join(await temporaryFolder(), 'new');
  const notes: string[] = [];
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} starts`);
    await sleep(300);
    events.push(`${name} ends`);
  };
  const first = withFolderLock(lockIn(folder), work('first'));
  await sleep(100);
  await Promise.all([first, withFolderLock(lockIn(folder, notes), work('second'))]);
  expect(events).toEqual(['first starts', 'first ends', 'second starts', 'second ends']);
  expect(notes).toEqual(['Waiting for the other one.']);
});

test('returns the result and leaves nothing in the folder', async () => {
  const folder = await temporaryFolder();
  expect(await withFolderLock(lockIn(folder), async () => 42)).toBe(42);
  expect(await readdir(folder)).toEqual([]);
});

test('gives the lock back when the work fails', async () => {
  const folder = await temporaryFolder();
  const fails = withFolderLock(lockIn(folder), () => Promise.reject(new Error('no luck')));
  await expect(fails).rejects.toThrow('no luck');
  expect(await withFolderLock(lockIn(folder), async () => 'free')).toBe('free');
});

test('takes over the lock of a process that died', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'work.lock'));
  const aMinuteAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, 'work.lock'), aMinuteAgo, aMinuteAgo);
  expect(await withFolderLock(lockIn(folder), async () => 'taken')).toBe('taken');
});

test('names a folder that cannot be made', async () => {
  const blocked = join(await temporaryFolder(), 'blocked');
  await writeFile(blocked, '');
  await expect(withFolderLock(lockIn(join(blocked, 'in')), async () => 0)).rejects.toMatchObject({
    message: `"${join(blocked, 'in')}" cannot be written: a part of the path is not a folder (ENOTDIR).`,
    exitCode: exitCodes.storage,
  });
});
