import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { acquireLease, tryAcquireLease } from '../../src/storage/lease.js';
import { temporaryFolder } from '../temporary-folder.js';
import { startLeaseProcess } from './lease-process.js';
import { builtModule, startModule } from './run-module.js';

test('of two that start together, exactly one holds: 100 rounds, half of them on a dead lease', async () => {
  const parent = await temporaryFolder();
  const processes = [startLeaseProcess(), startLeaseProcess()];
  const dead = startLeaseProcess();
  for (let round = 0; round < 50; round++) await dead.ask(`try ${join(parent, `${round}`)}`);
  await dead.kill();
  for (let round = 0; round < 100; round++) {
    const folder = join(parent, `${round}`);
    const answers = await Promise.all(processes.map(({ ask }) => ask(`try ${folder}`)));
    const holder = processes[answers.indexOf('ours')];
    expect(
      answers.filter((answer) => answer === 'ours'),
      `round ${round}`,
    ).toHaveLength(1);
    expect(answers.find((answer) => answer !== 'ours')).toMatch(
      RegExp(`^held by (${holder?.pid}|somebody)$`),
    );
    expect(await holder?.ask('require')).toBe('current');
    await Promise.all(processes.map(({ ask }) => ask('release')));
    expect(await readdir(folder)).toEqual([]);
  }
});

test('many that take, wait and release never hold together', async () => {
  const folder = join(await temporaryFolder(), 'trial');
  const program = `
    import { mkdir, rmdir } from 'node:fs/promises';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { tryAcquireLease } from '${builtModule('storage/lease.js')}';
    const folder = process.argv[1];
    for (let turn = 0; turn < 100; turn++) {
      let lease = await tryAcquireLease(folder);
      while (lease.held) {
        await sleep(1);
        lease = await tryAcquireLease(folder);
      }
      await mkdir(folder + '/alone');
      await lease.requireCurrent();
      await rmdir(folder + '/alone');
      await lease.release();
      await sleep(2);
    }
  `;
  const runs = [1, 2, 3].map(() => startModule(program, [folder]).ended);
  for (const { end, stderr } of await Promise.all(runs)) expect([end, stderr]).toEqual([0, '']);
  expect(await readdir(folder)).toEqual([]);
});

test('a killed holder is taken over at once', async () => {
  const folder = join(await temporaryFolder(), 'trial');
  const holder = startLeaseProcess();
  expect(await holder.ask(`try ${folder}`)).toBe('ours');
  expect(await tryAcquireLease(folder)).toMatchObject({ held: true, pid: holder.pid });
  const waiting = acquireLease(folder);
  await sleep(700);
  await holder.kill();
  const killed = performance.now();
  const lease = await waiting;
  expect(performance.now() - killed).toBeLessThan(2000);
  await lease.requireCurrent();
  await lease.release();
});

test('a stopped holder is overtaken after the lease time, and finds out when it goes on', async () => {
  const folder = join(await temporaryFolder(), 'trial');
  const holder = startLeaseProcess({ PREP_LAB_LEASE_SECONDS: '0.6' });
  expect(await holder.ask(`try ${folder}`)).toBe('ours');
  holder.signal('SIGSTOP');
  const started = performance.now();
  const lease = await acquireLease(folder, { leaseSeconds: 0.6 });
  expect(performance.now() - started).toBeGreaterThan(400);
  holder.signal('SIGCONT');
  expect(await holder.ask('require')).toContain(
    `was taken over by another prep-lab (host ${hostname()}, process ${process.pid}).`,
  );
  expect(await holder.ask('release')).toBe('released');
  await lease.requireCurrent();
  await lease.release();
  expect(await readdir(folder)).toEqual([]);
  expect(await holder.ask(`try ${folder}`)).toBe('ours');
});

test('a taker steps back when the silent holder woke and a third one began anew meanwhile', async () => {
  const folder = join(await temporaryFolder(), 'trial');
  const sleepy = startLeaseProcess({ PREP_LAB_LEASE_SECONDS: '0.3' });
  expect(await sleepy.ask(`try ${folder}`)).toBe('ours');
  sleepy.signal('SIGSTOP');
  const taker = startLeaseProcess({ PREP_LAB_LEASE_SECONDS: '0.3', STOP_AT_OPEN: 'lease-2' });
  const taken = taker.ask(`wait ${folder}`);
  await expect.poll(() => stateOf(taker.pid), { timeout: 20_000 }).toBe('T');
  sleepy.signal('SIGCONT');
  expect(await sleepy.ask('release')).toBe('released');
  const third = startLeaseProcess();
  expect(await third.ask(`try ${folder}`)).toBe('ours');
  taker.signal('SIGCONT');
  await sleep(500);
  expect(await readdir(folder)).toEqual(['lease-1']);
  expect(await third.ask('require')).toBe('current');
  await third.ask('release');
  expect(await taken).toBe('ours');
});

async function stateOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').charAt(0);
}
