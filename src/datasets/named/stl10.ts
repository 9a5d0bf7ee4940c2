import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataError } from '../files/data-error.js';
import type { SourceImage } from '../files/file-format.js';
import { fromColumnMajor } from './mat-file.js';
import { createPublishedDataset, type PublishedDataset, unpackFiles } from './published-dataset.js';

const side = 96;
const imageBytes = 3 * side * side;

const parts = ['train', 'test'] as const;

/**
 * Ten kinds of animals and vehicles at 96 x 96; the 100,000 images without a class are left out. Source: Coates, Lee and
 * Ng 2011; size and SHA-256 are those that TensorFlow Datasets lists.
 */
export const stl10Definition: PublishedDataset = {
  name: 'stl10',
  facts: {
    title: 'STL-10',
    shape: { height: side, width: side, channels: 3 },
    counts: { train: 5000, test: 8000 },
    classNames: [
      'airplane',
      'bird',
      'car',
      'cat',
      'deer',
      'dog',
      'horse',
      'monkey',
      'ship',
      'truck',
    ],
  },
  files: [
    {
      name: 'stl10_binary.tar.gz',
      address: 'http://ai.stanford.edu/~acoates/stl10',
      bytes: 2_640_397_119,
      sha256: 'f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866',
      records: 13_000,
    },
  ],
  async open([archive], scratch) {
    const names = parts.flatMap((part) => [`${part}_X.bin`, `${part}_y.bin`]);
    await unpackFiles(archive as string, scratch, names);
    return { images: readImages(scratch), classNames: stl10Definition.facts.classNames };
  },
};

/** Images are planes that MATLAB wrote, labels are bytes from 1 on. */
async function* readImages(folder: string): AsyncGenerator<SourceImage> {
  for (const part of parts) {
    const labels = await readFile(join(folder, `${part}_y.bin`));
    const handle = await open(join(folder, `${part}_X.bin`));
    try {
      const { size } = await handle.stat();
      if (size !== labels.length * imageBytes) {
        throw createDataError(
          `${part}_X.bin must have ${labels.length} images of ${imageBytes} bytes, received ${size} bytes.`,
        );
      }
      for (const [index, label] of labels.entries()) {
        const bytes = new Uint8Array(imageBytes);
        await handle.read(bytes, 0, imageBytes, index * imageBytes);
        const place = `${part}, image ${index}`;
        yield { place, part, label: label - 1, image: fromColumnMajor(bytes, side) };
      }
    } finally {
      await handle.close();
    }
  }
}

export const stl10 = createPublishedDataset(stl10Definition);
