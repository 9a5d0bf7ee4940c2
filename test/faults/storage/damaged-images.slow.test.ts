import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cifar10Files, findCifar10 } from '../../../src/cifar10/files.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { listFiles } from '../outcome.js';
import { run } from '../start-run.js';
import { type Damage, damageFile } from './damage.js';
import { createSeeds } from './partial-trials.js';

/** Makes a folder with the six files, of which one may be written to. */
async function copyData(name: string): Promise<string> {
  const cached = await findCifar10();
  if (!cached) throw new Error('CIFAR-10 is not in the cache.');
  const folder = join(await temporaryFolder(), 'data');
  await mkdir(folder);
  for (const file of cifar10Files) {
    const [from, to] = [join(cached.folder, file.name), join(folder, file.name)];
    await (file.name === name ? copyFile(from, to) : symlink(from, to));
  }
  return folder;
}

const damages: readonly (Damage & { readonly expected: RegExp })[] = [
  {
    name: 'a flipped bit',
    change: (bytes) => bytes.fill((bytes[1_000_000] ?? 0) ^ 4, 1_000_000, 1_000_001),
    expected: /SHA-256/,
  },
  { name: 'a byte short', change: (bytes) => bytes.subarray(1), expected: /30,?730,?000/ },
  { name: 'a label of 10', change: (bytes) => bytes.fill(10, 0, 1), expected: /SHA-256/ },
  { name: 'missing', change: () => undefined, expected: /missing|lacks|not there/ },
];

test.each(damages)('images with $name end the run with 8 before the first step', async (damage) => {
  const name = 'data_batch_3.bin';
  const data = await copyData(name);
  await damageFile(join(data, name), damage);
  const scenario = await createSeeds(1);
  const { end, stderr, stdout } = await run(scenario.with('--data', data));
  expect([end, stdout], stderr).toEqual([8, '']);
  expect(stderr).toContain(name);
  expect(stderr).toMatch(damage.expected);
  expect(stderr).not.toContain('trial 1 of 1');
  expect((await listFiles(scenario.out)).filter((path) => path.includes('/'))).toEqual([]);
});
