import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { identifyProcess, judgeProcess } from '../../src/storage/process-identity.js';

const self = identifyProcess();

test('knows itself', () => {
  expect(self.pid).toBe(process.pid);
  expect(self.processStart).toMatch(/^\d+$/);
  expect(judgeProcess(self)).toBe('alive');
});

test.each([
  ['no process with that number', { pid: 999_999_999 }, 'dead'],
  ['a number that was used again', { processStart: '1' }, 'dead'],
  ['the time before this machine was started', { bootId: 'another' }, 'dead'],
  ['another host', { host: 'another' }, 'unknown'],
  ['another machine of the same name', { machine: 'another', bootId: 'another' }, 'unknown'],
  ['another container', { pidSpace: 'another', pid: 999_999_999 }, 'unknown'],
  ['a system that tells no start times', { processStart: '' }, 'unknown'],
])('judges a process of %s', (_, changes, verdict) => {
  expect(judgeProcess({ ...self, ...changes })).toBe(verdict);
});

test('a process that ended counts as dead before anyone has asked about it', async () => {
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const pid = Number(line);
  const state = () => readFile(`/proc/${pid}/stat`, 'utf8');
  await expect.poll(state).toContain(') Z ');
  const processStart = (await state()).split(' ')[21] ?? '';
  expect(judgeProcess({ ...self, pid, processStart })).toBe('dead');
});
