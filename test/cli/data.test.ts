import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkData } from '../cifar10/data-folder.js';
import { temporaryFolder } from '../temporary-folder.js';
import { type ProgramResult, runProgram } from './run-program.js';

/** Runs "prep-lab data" in a folder, with that folder's "cache" as cache. */
function runData(folder: string, ...flags: string[]): Promise<ProgramResult> {
  const environment = { PREP_LAB_CACHE: join(folder, 'cache') };
  return runProgram(['data', ...flags], { folder, environment });
}

test('says where the six files are and that they are verified', async () => {
  const folder = await temporaryFolder();
  await linkData(join(folder, 'cache', 'cifar10'));
  expect(await runData(folder)).toEqual({
    exitCode: 0,
    stdout: `CIFAR-10 is in ${join(folder, 'cache', 'cifar10')}
  data_batch_1.bin  10000 images  sha256 cee916563c9f  verified
  data_batch_2.bin  10000 images  sha256 a591ca11fa17  verified
  data_batch_3.bin  10000 images  sha256 bbe8596564c0  verified
  data_batch_4.bin  10000 images  sha256 014e562d6e23  verified
  data_batch_5.bin  10000 images  sha256 755304fc0b37  verified
  test_batch.bin    10000 images  sha256 8e2eb146ae34  verified
`,
    stderr: '',
  });
});

test('checks a folder of your own and names what is wrong with it', async () => {
  const folder = await temporaryFolder();
  await linkData(join(folder, 'mine'), ['data_batch_1.bin', 'test_batch.bin']);
  await writeFile(join(folder, 'mine', 'test_batch.bin'), 'short');
  expect(await runData(folder, '--data', 'mine')).toEqual({
    exitCode: 8,
    stdout: '',
    stderr: `"mine/data_batch_1.bin" is missing.
"mine/test_batch.bin" is truncated: it must have 30730000 bytes, received 5.
Hint: put the official files there, or leave out --data to have them fetched into your cache folder.
`,
  });
});

test('ends with code 5 if the cache folder cannot be written', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'cache'), 'a file where a folder should be');
  expect(await runData(folder)).toEqual({
    exitCode: 5,
    stdout: '',
    stderr: `"${join(folder, 'cache')}" cannot be written: a part of the path is not a folder (EEXIST).
Hint: use another folder.
`,
  });
});

test('has an example in its help', async () => {
  const { exitCode, stdout } = await runData(await temporaryFolder(), '--help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('$ prep-lab data --data ~/datasets/cifar-10-batches-bin');
});
