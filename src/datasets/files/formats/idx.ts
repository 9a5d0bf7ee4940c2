import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { createDataError } from '../data-error.js';
import { type FileFormat, type SourceImage, takeApart } from '../file-format.js';
import { assignParts, type Part } from '../parts.js';
import { listFiles, type SourceFile } from '../source-files.js';

const namePattern = /(?:^|[-_./])(images|labels)[-.]idx[13]-ubyte(\.gz)?$/i;

/** The files of MNIST: train-images-idx3-ubyte, train-labels-idx1-ubyte and t10k-..., as they are or with .gz. */
export const idx: FileFormat = {
  name: 'idx',
  async list(root) {
    const files = (await listFiles(root)).filter(({ name }) => namePattern.test(name));
    if (files.length > 0) return files;
    throw createDataError(
      `"${root.written}" has no file such as "train-images-idx3-ubyte" or "train-labels-idx1-ubyte.gz".`,
      'check dataset.path and dataset.format.',
    );
  },
  async open(files, options) {
    const parts = assignParts(
      files.map(({ name }) => name),
      options.path,
    );
    const images: SourceImage[] = [];
    for (const part of ['train', 'test', 'all'] as const) {
      const ofPart = files.filter(({ name }) => parts.get(name) === part);
      if (ofPart.length > 0) images.push(...(await readPart(ofPart, part)));
    }
    return { count: images.length, images };
  },
};

async function readPart(files: readonly SourceFile[], part: Part): Promise<SourceImage[]> {
  const find = (kind: string) => {
    const found = files.filter(({ name }) => namePattern.exec(name)?.[1]?.toLowerCase() === kind);
    const names = files.map(({ name }) => `"${name}"`).join(', ');
    if (found.length === 1 && found[0]) return found[0];
    throw createDataError(`Of ${names} there must be one file of ${kind}, found ${found.length}.`);
  };
  const imagesFile = find('images');
  const images = parseIdx(await readUnpacked(imagesFile), imagesFile);
  const labelsFile = find('labels');
  const labels = parseIdx(await readUnpacked(labelsFile), labelsFile);
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  if (images.shape.length < 3 || images.shape.length > 4) {
    throw createDataError(
      `"${imagesFile.name}" must have 3 or 4 dimensions, received ${images.shape.length}.`,
    );
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw createDataError(
      `"${labelsFile.name}" must have one label for each of ${count} images, received [${labels.shape}].`,
    );
  }
  return takeApart({
    pixels: images.bytes,
    shape: [height, width, channels],
    labels: labels.bytes,
    part,
    placeOf: (index) => `${imagesFile.name}, image ${index}`,
  });
}

interface IdxArray {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Source: http://yann.lecun.com/exdb/mnist: two zeros, type 8 (bytes), the number of dimensions, their sizes. */
export function parseIdx(bytes: Buffer, file: Pick<SourceFile, 'name'>): IdxArray {
  const [zero, zero2, type, rank = 0] = bytes;
  const start = 4 + 4 * rank;
  if (zero !== 0 || zero2 !== 0 || rank === 0 || rank > 4 || bytes.length < start) {
    throw createDataError(`"${file.name}" is no IDX file: it must begin with 0, 0, 8 and 1 to 4.`);
  }
  if (type !== 8)
    throw createDataError(`"${file.name}" must hold bytes (type 8), received type ${type}.`);
  const shape = Array.from({ length: rank }, (_, index) => bytes.readUInt32BE(4 + 4 * index));
  const expected = start + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    const how = bytes.length < expected ? 'truncated' : 'too long';
    throw createDataError(
      `"${file.name}" is ${how}: it must have ${expected} bytes for [${shape}], received ${bytes.length}.`,
    );
  }
  return { shape, bytes: bytes.subarray(start) };
}

/** What is packed to more than a thousandth is no data set, but a bomb. */
const mostPacked = 1000;
const mostUnpacked = 2 ** 32;

/** Reads a file, unpacked where its name ends in .gz. @throws UserError (data) */
export async function readUnpacked(file: Pick<SourceFile, 'name' | 'path'>): Promise<Buffer> {
  const bytes = await readFile(file.path);
  if (!/\.gz$/i.test(file.name)) return bytes;
  try {
    return await promisify(gunzip)(bytes, {
      maxOutputLength: Math.min(mostUnpacked, Math.max(1 << 20, mostPacked * bytes.length)),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw createDataError(
      `"${file.name}" cannot be unpacked: ${reason}.`,
      'was it downloaded whole?',
      error,
    );
  }
}
