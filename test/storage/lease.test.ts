import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  acquireLease,
  type Lease,
  requireLease,
  tryAcquireLease,
} from '../../src/storage/lease.js';
import { identifyProcess } from '../../src/storage/process-identity.js';
import { exitCodes } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';

async function newFolder(): Promise<string> {
  return join(await temporaryFolder(), 'trial');
}

async function take(folder: string): Promise<Lease> {
  const lease = await tryAcquireLease(folder);
  if (lease.held) throw new Error(`Held by ${lease.pid}.`);
  return lease;
}

/** Writes a lease as another process would. */
async function writeLease(folder: string, changes: object, generation = 1): Promise<void> {
  const since = new Date().toISOString();
  const content = { ...identifyProcess(), token: 'other', since, leaseSeconds: 60, ...changes };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `lease-${generation}`), JSON.stringify(content));
}

test('takes a free folder, which is then held, and gives it back without a trace', async () => {
  const folder = await newFolder();
  const lease = await take(folder);
  await lease.requireCurrent();
  await requireLease(folder, lease.token);
  expect(await tryAcquireLease(folder)).toEqual({
    held: true,
    host: hostname(),
    pid: process.pid,
    since: expect.stringMatching(/^\d{4}-/),
  });
  await lease.release();
  await lease.release();
  expect(await readdir(folder)).toEqual([]);
  await expect(lease.requireCurrent()).rejects.toMatchObject({
    message: `"${folder}" was given back or taken over: its lease is gone.`,
    exitCode: exitCodes.resultsInUse,
  });
});

test('takes over at once from a number that another process has now', async () => {
  const folder = await newFolder();
  await writeLease(folder, { pid: process.ppid, processStart: '1' });
  const lease = await take(folder);
  expect((await readdir(folder)).sort()).toEqual(['lease-1', 'lease-2']);
  await lease.release();
  expect(await readdir(folder)).toEqual([]);
});

test('takes over at once from before this machine was started again', async () => {
  const folder = await newFolder();
  await writeLease(folder, { bootId: 'another', pid: process.ppid });
  await take(folder);
});

test.each([
  ['on another host', { host: 'elsewhere' }],
  ['on another machine of the same name', { machine: 'another', bootId: 'another' }],
  ['in another container', { pidSpace: 'pid:[1]', pid: 999_999_999 }],
])('waits for a process %s, and takes over when it is silent', async (_, changes) => {
  const folder = await newFolder();
  await writeLease(folder, { ...changes, leaseSeconds: 0.4 });
  const { pid } = { ...identifyProcess(), ...changes };
  expect(await tryAcquireLease(folder)).toMatchObject({ held: true, pid });
  const waited: unknown[] = [];
  const started = performance.now();
  const onWait = (holder: unknown) => void waited.push(holder);
  const lease = await acquireLease(folder, { leaseSeconds: 0.4, onWait });
  expect(performance.now() - started).toBeGreaterThan(390);
  expect(waited).toMatchObject([{ held: true, pid }]);
  await lease.release();
});

test('waits as long as a sign of life comes, whatever the clock says', async () => {
  const folder = await newFolder();
  await writeLease(folder, { host: 'elsewhere', leaseSeconds: 0.4 });
  let signs = 0;
  const signal = setInterval(() => {
    signs += 1;
    void utimes(join(folder, 'lease-1'), 1000 - signs, 1000 - signs);
  }, 100);
  const abort = AbortSignal.timeout(1500);
  const waiting = acquireLease(folder, { leaseSeconds: 0.4, signal: abort });
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  clearInterval(signal);
  await acquireLease(folder, { leaseSeconds: 0.4 });
});

test('gives signs of life', async () => {
  const folder = await newFolder();
  const lease = await acquireLease(folder, { leaseSeconds: 0.2 });
  const before = await stat(join(folder, 'lease-1'));
  await sleep(150);
  expect((await stat(join(folder, 'lease-1'))).mtimeMs).toBeGreaterThan(before.mtimeMs);
  await lease.release();
});

test('goes by the longer of two lease times', async () => {
  const folder = await newFolder();
  await writeLease(folder, { host: 'elsewhere', leaseSeconds: 60 });
  const signal = AbortSignal.timeout(600);
  await expect(acquireLease(folder, { leaseSeconds: 0.1, signal })).rejects.toThrow();
});

test('an empty lease is held until it is old', async () => {
  const folder = await newFolder();
  await mkdir(folder);
  await writeFile(join(folder, 'lease-1'), '');
  expect(await tryAcquireLease(folder)).toEqual({ held: true });
  await (await acquireLease(folder, { leaseSeconds: 0.2 })).release();
  expect(await readdir(folder)).toEqual([]);
});

test('an overtaken holder names the other one and removes nothing of it', async () => {
  const folder = await newFolder();
  const lease = await take(folder);
  await writeLease(folder, { host: 'elsewhere', pid: 42 }, 2);
  await expect(lease.requireCurrent()).rejects.toMatchObject({
    message: `"${folder}" was taken over by another prep-lab (host elsewhere, process 42).`,
    exitCode: exitCodes.resultsInUse,
  });
  await lease.release();
  expect(await readFile(join(folder, 'lease-2'), 'utf8')).toContain('elsewhere');
});

test('a holder whose number another one uses again removes nothing of it', async () => {
  const folder = await newFolder();
  const lease = await take(folder);
  await rm(join(folder, 'lease-1'));
  await writeLease(folder, { host: 'elsewhere' });
  await lease.release();
  expect(await readdir(folder)).toEqual(['lease-1']);
});

test('names a folder that cannot be made', async () => {
  const blocked = join(await temporaryFolder(), 'blocked');
  await writeFile(blocked, '');
  await expect(tryAcquireLease(join(blocked, 'in'))).rejects.toMatchObject({
    message: `"${join(blocked, 'in')}" cannot be written: a part of the path is not a folder (ENOTDIR).`,
    exitCode: exitCodes.storage,
  });
});
