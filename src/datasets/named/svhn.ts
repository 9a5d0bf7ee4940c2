import { readFile } from 'node:fs/promises';
import { createDataError } from '../files/data-error.js';
import type { SourceImage } from '../files/file-format.js';
import { fromColumnMajor, readMatFile } from './mat-file.js';
import { createPublishedDataset, type PublishedDataset } from './published-dataset.js';

const side = 32;
const imageBytes = 3 * side * side;
const address = 'http://ufldl.stanford.edu/housenumbers';

const parts = ['train', 'test'] as const;

/**
 * Digits of house numbers, cut out; the 531,131 extra images are left out. Source: Netzer and others 2011; sizes and
 * SHA-256 are those that TensorFlow Datasets lists.
 */
export const svhnDefinition: PublishedDataset = {
  name: 'svhn',
  facts: {
    title: 'SVHN',
    shape: { height: side, width: side, channels: 3 },
    counts: { train: 73_257, test: 26_032 },
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  },
  files: [
    {
      name: 'train_32x32.mat',
      address,
      bytes: 182_040_794,
      sha256: '435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8',
      records: 73_257,
    },
    {
      name: 'test_32x32.mat',
      address,
      bytes: 64_275_384,
      sha256: 'cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b',
      records: 26_032,
    },
  ],
  async open(paths) {
    return { images: readImages(paths), classNames: svhnDefinition.facts.classNames };
  },
};

async function* readImages(paths: readonly string[]): AsyncGenerator<SourceImage> {
  for (const [place, part] of parts.entries()) {
    const path = paths[place] as string;
    const { images, labels } = await readArrays(path);
    for (let index = 0; index < labels.length; index++) {
      yield {
        place: `${part}, image ${index}`,
        part,
        // The digit 0 is written as 10.
        label: (labels[index] as number) % 10,
        image: fromColumnMajor(images.subarray(index * imageBytes, (index + 1) * imageBytes), side),
      };
    }
  }
}

/** Shape: X is bytes of [32, 32, 3, N], y numbers of [N, 1], both in MATLAB's order. */
async function readArrays(
  path: string,
): Promise<{ readonly images: Uint8Array; readonly labels: ArrayLike<number> }> {
  const arrays = await readMatFile(await readFile(path)).catch((error: Error) => {
    throw createDataError(`"${path}" cannot be read: ${error.message}.`, undefined, error);
  });
  const [images, labels] = [arrays.get('X'), arrays.get('y')];
  if (images?.values instanceof Uint8Array && labels) {
    const [height, width, channels, count] = images.shape;
    const fits = height === side && width === side && channels === 3;
    if (fits && labels.values.length === count) {
      return { images: images.values, labels: labels.values };
    }
  }
  throw createDataError(`"${path}" must hold X, bytes of [32, 32, 3, N], and y, N labels.`);
}

export const svhn = createPublishedDataset(svhnDefinition);
