import { expect, test } from 'vitest';
import { runCommand } from '../../bench/run-command.js';

const node = (script: string) => ({ program: process.execPath, arguments: ['-e', script] });

test('a program is timed and its output returned', async () => {
  const { seconds, stdout } = await runCommand(node('setTimeout(() => console.log("done"), 200)'));
  expect(stdout).toBe('done\n');
  expect(seconds).toBeGreaterThan(0.2);
});

test('a program is told when it was started', async () => {
  const before = Date.now();
  const { stdout } = await runCommand(node('console.log(process.env.PREP_LAB_BENCH_STARTED)'));
  expect(Number(stdout)).toBeGreaterThanOrEqual(before);
  expect(Number(stdout)).toBeLessThanOrEqual(Date.now());
});

test('the environment is added to our own', async () => {
  const print = node('console.log(process.env.OMP_NUM_THREADS, process.env.PATH !== undefined)');
  const { stdout } = await runCommand(print, { environment: { OMP_NUM_THREADS: '3' } });
  expect(stdout).toBe('3 true\n');
});

test('a program that fails gives its error, not the end of its stack', async () => {
  await expect(runCommand(node('throw new TypeError("no such stage")'))).rejects.toThrow(
    'TypeError: no such stage',
  );
});

test('a program that fails without an error gives its last line', async () => {
  const script = 'console.error("first"); console.error("no GPU"); process.exit(1)';
  await expect(runCommand(node(script))).rejects.toThrow(/^no GPU$/);
});

test('a program that is not there is said to be so', async () => {
  const missing = { program: '/no/such/python', arguments: [] };
  await expect(runCommand(missing)).rejects.toThrow(
    'cannot be started: spawn /no/such/python ENOENT',
  );
});

test('a program that hangs is ended', async () => {
  const hanging = runCommand(node('setInterval(() => {}, 1000)'), { limitSeconds: 1 });
  await expect(hanging).rejects.toThrow(/^took over 1 s$/);
});
