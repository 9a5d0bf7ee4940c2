import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { decodePngBatch } from '../../src/cifar10/npm-package.js';

const pixels = Uint8Array.from({ length: 2 * 3072 }, (_, at) => (at * 31) % 256);
const png = encode({ width: 1024, height: 2, channels: 3, depth: 8, data: pixels });

test('reads each row as one image of 32 rows of RGB pixels', async () => {
  const { count, images, labels } = await decodePngBatch(png, [3, 8]);
  expect([count, ...labels]).toEqual([2, 3, 8]);
  expect(images).toEqual(pixels);
});

test('refuses a PNG of another width', async () => {
  const narrow = encode({ width: 512, height: 4, channels: 3, depth: 8, data: pixels });
  await expect(decodePngBatch(narrow, [3, 8])).rejects.toThrow(
    'The PNG must be 1024 x 3 bytes wide, received 512 x 3.',
  );
});

test.each([[[3]], [[3, 8, 1]], [[3, 10]], [[3, 'cat']]])(
  'refuses the labels %j',
  async (labels) => {
    await expect(decodePngBatch(png, labels)).rejects.toThrow(
      "The PNG's 2 rows must have as many labels from 0 to 9.",
    );
  },
);
