import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { corruptImages } from '../../src/corruptions/corrupt-images.js';
import { readCorruptedSets } from '../../src/corruptions/corrupted-sets.js';
import { resolveCorruptions } from '../../src/corruptions/selection.js';
import { temporaryFolder } from '../temporary-folder.js';
import { goldenImages } from './golden.js';

const shape = { height: 32, width: 32, channels: 3 };
const images = Uint8Array.from(goldenImages.flatMap(({ pixels }) => [...pixels]));
const clean = { images, labels: Uint8Array.of(0, 1, 2, 3), count: 4, shape };
const selection = resolveCorruptions({ kinds: ['fog', 'glass-blur'], severities: [2, 4] });

async function readAll(cache: string, imagesAPart = 4) {
  vi.stubEnv('PREP_LAB_CACHE', cache);
  const sets = [];
  const setting = { threads: 1, imagesAPart };
  for await (const set of readCorruptedSets(clean, selection, setting)) {
    sets.push({ ...set, images: Uint8Array.from(set.images) });
  }
  return sets;
}

it('makes each set once, keeps it, and makes one that was damaged anew', async () => {
  const cache = await temporaryFolder();
  const made = await readAll(cache);
  expect(made.map(({ kind, severity }) => `${kind} ${severity}`)).toEqual([
    'glass-blur 2',
    'glass-blur 4',
    'fog 2',
    'fog 4',
  ]);
  for (const { kind, severity, images: corrupted } of made) {
    const setting = { name: kind, severity, seed: 0 };
    expect(corrupted).toEqual(corruptImages(images, { shape, setting }));
  }
  const [set = ''] = await readdir(join(cache, 'corruptions'));
  expect(set).toMatch(/^cifar10-c-prep-lab-1-[0-9a-f]{12}$/);
  const folder = join(cache, 'corruptions', set);
  expect((await readdir(folder)).sort()).toEqual([
    'fog-2-seed0',
    'fog-4-seed0',
    'glass-blur-2-seed0',
    'glass-blur-4-seed0',
  ]);

  const file = (name: string) => join(folder, name, 'images.bin');
  const before = await stat(file('fog-2-seed0'));
  await writeFile(file('fog-4-seed0'), 'damaged');
  expect(await readAll(cache)).toEqual(made);
  expect((await stat(file('fog-2-seed0'))).ino).toBe(before.ino);
  expect((await stat(file('fog-4-seed0'))).size).toBe(4 * 3072);
});

it('makes the same images in parts, each in a folder of its own', async () => {
  const cache = await temporaryFolder();
  const whole = await readAll(await temporaryFolder());
  const made = await readAll(cache, 3);
  expect(made.map(({ first, images: part }) => [first, part.length / 3072])).toEqual([
    ...Array(4).fill([0, 3]),
    ...Array(4).fill([3, 1]),
  ]);
  for (const { kind, severity, images: expected } of whole) {
    const parts = made.filter((set) => set.kind === kind && set.severity === severity);
    expect(Uint8Array.from(parts.flatMap((part) => [...part.images]))).toEqual(expected);
  }
  expect(await readAll(cache, 3)).toEqual(made);
  expect(await readdir(join(cache, 'corruptions'))).toHaveLength(2);
});
