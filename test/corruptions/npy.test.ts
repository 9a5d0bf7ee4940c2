import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readNpyImages, requireNpyLabels } from '../../src/corruptions/npy.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Written by NumPy 2.4.6: five severities of three images of 4 x 5 x 3, values 7 i mod 251. */
const folder = fileURLToPath(new URL('../golden/corruptions/npy', import.meta.url));
const shape = { height: 4, width: 5, channels: 3 };
const labels = Uint8Array.of(3, 1, 7);

it('reads the images of one severity or some of them, which lie one after the other', async () => {
  const size = 3 * 4 * 5 * 3;
  for (const severity of [1, 4, 5] as const) {
    const images = await readNpyImages({ folder, name: 'fog', severity, count: 3, shape });
    const expected = Array.from(
      { length: size },
      (_, at) => (7 * (at + (severity - 1) * size)) % 251,
    );
    expect([...images]).toEqual(expected);
    const part = { first: 1, length: 2 };
    const some = await readNpyImages({ folder, name: 'fog', severity, count: 3, shape, part });
    expect([...some]).toEqual(expected.slice(size / 3));
  }
});

it('takes labels in the order of the test images, and no others', async () => {
  await expect(requireNpyLabels(folder, labels)).resolves.toBeUndefined();
  await expect(requireNpyLabels(folder, Uint8Array.of(3, 2, 7))).rejects.toMatchObject({
    message: `"${join(folder, 'labels.npy')}" must have the labels of the test images, received 1 for image 1.`,
    exitCode: 8,
  });
});

it('names what is wrong with a file', async () => {
  const read = (name: string, count = 3, from = folder) =>
    readNpyImages({ folder: from, name, severity: 5, count, shape });
  await expect(read('frost')).rejects.toThrow(
    `"${join(folder, 'frost.npy')}" cannot be read (ENOENT).`,
  );
  await expect(read('gaussian-noise')).rejects.toThrow(
    `"${join(folder, 'gaussian_noise.npy')}" must hold bytes in NumPy's format, in C order.`,
  );
  await expect(read('fog', 2)).rejects.toThrow(
    `"${join(folder, 'fog.npy')}" must have the shape [10, 4, 5, 3], received [15, 4, 5, 3].`,
  );
  const short = await temporaryFolder();
  const whole = await readFile(join(folder, 'fog.npy'));
  await writeFile(join(short, 'fog.npy'), whole.subarray(0, -1));
  await expect(read('fog', 3, short)).rejects.toThrow(
    `"${join(short, 'fog.npy')}" ends too early: it is cut short.`,
  );
});
