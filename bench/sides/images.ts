import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { cifar10Files, recordByteCount } from '#prep-lab/cifar10/cifar10.js';
import { parseRecords } from '#prep-lab/cifar10/records.js';
import type { LabelledBytes } from '#prep-lab/training/image-table.js';

/** Reads the first training images, and no more than these: the peers hold no others either. */
export function readTrainingImages(folder: string, count: number): Promise<LabelledBytes> {
  const names = cifar10Files.map(({ name }) => name).filter((name) => name !== 'test_batch.bin');
  return readImages(
    names.map((name) => join(folder, name)),
    count,
  );
}

export function readTestImages(folder: string, count: number): Promise<LabelledBytes> {
  return readImages([join(folder, 'test_batch.bin')], count);
}

async function readImages(paths: readonly string[], count: number): Promise<LabelledBytes> {
  const bytes = Buffer.alloc(count * recordByteCount);
  let filled = 0;
  for (const path of paths) {
    if (filled === bytes.length) break;
    const file = await open(path);
    try {
      filled += (await file.read(bytes, filled, bytes.length - filled, 0)).bytesRead;
    } finally {
      await file.close();
    }
  }
  return parseRecords(bytes.subarray(0, filled), paths[0] ?? '');
}
