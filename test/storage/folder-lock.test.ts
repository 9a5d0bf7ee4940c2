import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { silentProgress } from '../../src/progress.js';
import { withFolderLock } from '../../src/storage/folder-lock.js';
import { exitCodes } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';
import { startLeaseProcess } from './lease-process.js';

function lockIn(folder: string, notes: string[] = []) {
  const progress = { ...silentProgress, note: (line: string) => void notes.push(line) };
  return { folder, waiting: 'Waiting for the other one.', progress };
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

test('takes over the lock of a process that died, at once and without a word', async () => {
  const folder = await temporaryFolder();
  const dead = startLeaseProcess();
  expect(await dead.ask(`try ${folder}`)).toBe('ours');
  await dead.kill();
  const notes: string[] = [];
  expect(await withFolderLock(lockIn(folder, notes), async () => 'taken')).toBe('taken');
  expect(notes).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('goes on soon after the process that it waits for was killed', async () => {
  const folder = await temporaryFolder();
  const holder = startLeaseProcess();
  expect(await holder.ask(`try ${folder}`)).toBe('ours');
  const notes: string[] = [];
  const waiting = withFolderLock(lockIn(folder, notes), async () => performance.now());
  await expect.poll(() => notes).toEqual(['Waiting for the other one.']);
  const killed = performance.now();
  await holder.kill();
  expect((await waiting) - killed).toBeLessThan(2000);
});

test('tells once that it waits, however many have the lock before it', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'lease-1'), '');
  const notes: string[] = [];
  const waiting = withFolderLock(lockIn(folder, notes), async () => 'done');
  await expect.poll(() => notes).toHaveLength(1);
  const other = startLeaseProcess({ PREP_LAB_LEASE_SECONDS: '0.2' });
  expect(await other.ask(`wait ${folder}`)).toBe('ours');
  await sleep(700);
  expect(await other.ask('release')).toBe('released');
  expect(await waiting).toBe('done');
  expect(notes).toEqual(['Waiting for the other one.']);
});

test('names a folder that cannot be made', async () => {
  const blocked = join(await temporaryFolder(), 'blocked');
  await writeFile(blocked, '');
  await expect(withFolderLock(lockIn(join(blocked, 'in')), async () => 0)).rejects.toMatchObject({
    message: `"${join(blocked, 'in')}" cannot be written: a part of the path is not a folder (ENOTDIR).`,
    exitCode: exitCodes.storage,
  });
});
