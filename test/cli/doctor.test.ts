import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

test('finds all that a run on the CPU needs, and really computes', async () => {
  const { exitCode, stdout, stderr } = await runProgram(['doctor', '--device', 'cpu']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(`\nok       engine       TensorFlow 2.21.0 in `);
  expect(stdout).toContain(", with prep-lab's own kernels\n");
  expect(stdout).toMatch(/\nok {7}computes on {2}CPU: .+, \d+ threads\n/);
  expect(stdout).not.toContain('missing');
});

test('tells what is missing, what to do, and what does not matter', async () => {
  const folder = await temporaryFolder();
  const environment = {
    PREP_LAB_CACHE: join(folder, 'cache'),
    PREP_LAB_TENSORFLOW: '',
    CXX: '',
    PATH: folder,
  };
  const { exitCode, stdout } = await runProgram(['doctor'], { environment, folder });
  expect(exitCode).toBe(6);
  const lines = stdout.replace(/[\d.]+ GB free/, 'N GB free').split('\n');
  // Depends on the processor: machine.test.ts.
  expect(lines.filter((line) => !/^\S+ +bfloat16 /.test(line))).toEqual([
    `ok       Node         ${process.versions.node}`,
    'missing  compiler     no C++ compiler',
    '                      Install one, for example with "apt install g++" or "dnf install gcc-c++", or name yours in the environment variable CXX.',
    '-        pip          none; the package index is asked directly',
    '-        GPU          none; runs compute on the CPU',
    'missing  engine       not installed',
    '                      Run "prep-lab setup"; "run" does it by itself.',
    '-        computes on  not tried without an engine',
    `ok       cache        ${environment.PREP_LAB_CACHE}, 0.0 GB used, N GB free`,
    '-        data         CIFAR-10 is not there; the first run fetches it',
    '',
  ]);
});

test('--json tells the same to programs, with the same code', async () => {
  const folder = await temporaryFolder();
  const environment = { PREP_LAB_CACHE: join(folder, 'cache'), PREP_LAB_TENSORFLOW: '' };
  const { exitCode, stdout } = await runProgram(['doctor', '--json'], { environment, folder });
  expect(exitCode).toBe(6);
  expect(JSON.parse(stdout).prerequisites).toContainEqual({
    subject: 'engine',
    state: 'missing',
    found: 'not installed',
    advice: 'Run "prep-lab setup"; "run" does it by itself.',
  });
});

test('misses a GPU only when one is asked for', async () => {
  const folder = await temporaryFolder();
  const environment = { PREP_LAB_CACHE: join(folder, 'cache'), CUDA_VISIBLE_DEVICES: '-1' };
  const { exitCode, stdout } = await runProgram(['doctor', '--device', 'gpu'], { environment });
  expect(exitCode).toBe(6);
  expect(stdout).toContain(`\nmissing  GPU          "nvidia-smi" shows none\n`);
  expect(stdout).toContain('Run "prep-lab setup --device gpu"; "run" does it by itself.');
});

test('misses data where the user said that they are', async () => {
  const folder = await temporaryFolder();
  const { exitCode, stdout } = await runProgram(['doctor', '--data', folder]);
  expect(exitCode).toBe(6);
  expect(stdout).toContain(`\nmissing  data         no CIFAR-10 in ${folder}\n`);
});
