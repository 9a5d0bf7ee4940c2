import { open, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cifar10ClassNames } from '../../src/cifar10/cifar10.js';
import { type Cifar10, readCifar10 } from '../../src/cifar10/dataset.js';
import { cifar10Files } from '../../src/cifar10/files.js';
import { exitCodes } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';
import { cachedData } from './cached-data.js';
import { copyData, linkData } from './data-folder.js';

describe('the real data set', () => {
  let cifar10: Cifar10;
  beforeAll(async () => {
    cifar10 = await readCifar10(await cachedData());
  });

  test('has 50,000 and 10,000 images, as many of each class', () => {
    expect(countClasses(cifar10.train.labels)).toEqual(new Array(10).fill(5000));
    expect(countClasses(cifar10.test.labels)).toEqual(new Array(10).fill(1000));
    expect(cifar10.train.images.length).toBe(50_000 * 3072);
    expect(cifar10.test.images.length).toBe(10_000 * 3072);
  });

  test('begins with a frog, a truck, a truck and, for testing, a cat', () => {
    const names = Array.from(cifar10.train.labels.subarray(0, 3), (l) => cifar10ClassNames[l]);
    expect(names).toEqual(['frog', 'truck', 'truck']);
    expect(cifar10ClassNames[cifar10.test.labels[0] ?? -1]).toBe('cat');
  });

  // Source: ../shared/golden/README.md, NumPy in float64 over all training images.
  test('has the published means and deviations of red, green and blue', () => {
    const { mean, deviation } = statistics(cifar10.train.images);
    const close = (expected: number) => expect.closeTo(expected, 7);
    expect(mean).toEqual([125.30691805, 122.95039414, 113.86538318].map(close));
    expect(deviation).toEqual([62.99321928, 62.08870764, 66.70489964].map(close));
  });

  test('names its folder and the hashes of its files', async () => {
    expect(cifar10.folder).toBe(await cachedData());
    expect(Object.keys(cifar10.sha256)).toEqual(cifar10Files.map((file) => file.name));
    expect(cifar10.sha256['test_batch.bin']).toBe(
      '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
    );
  });
});

describe('refuses', () => {
  test('a truncated file', async () => {
    const folder = await linkData(await temporaryFolder(), ['data_batch_2.bin']);
    const path = await copyData(folder, 'data_batch_2.bin');
    await truncate(path, 30_729_999);
    await expect(readCifar10(folder)).rejects.toMatchObject({
      message: `"${path}" is truncated: it must have 30730000 bytes, received 30729999.`,
      hint: 'Remove what is wrong there and run "prep-lab data".',
      exitCode: exitCodes.data,
    });
  });

  test('a file that is too long by one record', async () => {
    const folder = await linkData(await temporaryFolder(), ['test_batch.bin']);
    const path = await copyData(folder, 'test_batch.bin');
    await truncate(path, 30_733_073);
    await expect(readCifar10(folder)).rejects.toMatchObject({
      message: `"${path}" is too long: it must have 30730000 bytes, received 30733073.`,
    });
  });

  test('a file with one altered byte', async () => {
    const folder = await linkData(await temporaryFolder(), ['data_batch_5.bin']);
    const path = await copyData(folder, 'data_batch_5.bin');
    await flipByte(path, 12_345_678);
    await expect(readCifar10(folder)).rejects.toMatchObject({
      message: expect.stringMatching(
        `^"${path}" is altered: its SHA-256 must be 755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add, received [0-9a-f]{64}\\.$`,
      ),
    });
  });

  test('a folder with several faults, and names them all', async () => {
    const names = ['data_batch_1.bin', 'data_batch_3.bin'];
    const folder = await linkData(await temporaryFolder(), names);
    await truncate(await copyData(folder, 'data_batch_3.bin'), 0);
    await unlink(join(folder, 'test_batch.bin'));
    await expect(readCifar10(folder)).rejects.toMatchObject({
      message: [
        `"${join(folder, 'data_batch_1.bin')}" is missing.`,
        `"${join(folder, 'data_batch_3.bin')}" is truncated: it must have 30730000 bytes, received 0.`,
        `"${join(folder, 'test_batch.bin')}" is missing.`,
      ].join('\n'),
    });
  });
});

async function flipByte(path: string, position: number): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, position);
  await file.close();
}

function countClasses(labels: Uint8Array): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Exact: sums and sums of squares of 51 million bytes are whole numbers below 2^53. */
function statistics(images: Uint8Array): { mean: number[]; deviation: number[] } {
  const sums = new Float64Array(3);
  const squares = new Float64Array(3);
  for (let at = 0; at < images.length; at++) {
    const value = images[at] as number;
    (sums[at % 3] as number) += value;
    (squares[at % 3] as number) += value * value;
  }
  const count = images.length / 3;
  const mean = Array.from(sums, (sum) => sum / count);
  const deviation = mean.map((m, channel) => Math.sqrt((squares[channel] ?? 0) / count - m * m));
  return { mean, deviation };
}
