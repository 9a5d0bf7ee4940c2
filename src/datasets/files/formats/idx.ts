import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { mostImages } from '../../dataset-options.js';
import { type ByteReader, createByteReader } from '../byte-reader.js';
import { createDataError } from '../data-error.js';
import type { FileFormat } from '../file-format.js';
import { type ImageArray, mostArrayImageBytes, readArrays } from '../image-array.js';
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
    const arrays: ImageArray[] = [];
    for (const part of ['train', 'test', 'all'] as const) {
      const ofPart = files.filter(({ name }) => parts.get(name) === part);
      if (ofPart.length > 0) arrays.push(await openPart(ofPart, part));
    }
    return {
      count: arrays.reduce((sum, { labels }) => sum + labels.length, 0),
      images: readArrays(arrays),
    };
  },
};

async function openPart(files: readonly SourceFile[], part: Part): Promise<ImageArray> {
  const find = (kind: string) => {
    const found = files.filter(({ name }) => namePattern.exec(name)?.[1]?.toLowerCase() === kind);
    const names = files.map(({ name }) => `"${name}"`).join(', ');
    if (found.length === 1 && found[0]) return found[0];
    throw createDataError(`Of ${names} there must be one file of ${kind}, found ${found.length}.`);
  };
  const imagesFile = find('images');
  const shape = await readImageShape(imagesFile);
  const [count, ...imageShape] = shape;
  return {
    shape: imageShape,
    labels: await readLabels(find('labels'), count),
    part,
    placeOf: (index) => `${imagesFile.name}, image ${index}`,
    open: async () => (await openIdx(imagesFile)).reader,
    createLengthError: (received) => createLengthError(imagesFile, shape, received),
  };
}

async function readImageShape(
  file: SourceFile,
): Promise<readonly [count: number, height: number, width: number, channels: number]> {
  const { shape, reader } = await openIdx(file);
  await reader.close();
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 3 || shape.length > 4) {
    throw createDataError(`"${file.name}" must have 3 or 4 dimensions, received ${shape.length}.`);
  }
  if (height * width * channels <= mostArrayImageBytes) return [count, height, width, channels];
  throw createDataError(`"${file.name}" has images of [${shape.slice(1)}]: those are none.`);
}

async function readLabels(file: SourceFile, count: number): Promise<Uint8Array> {
  const { shape, reader } = await openIdx(file);
  try {
    if (shape.length !== 1 || shape[0] !== count || count > mostImages) {
      throw createDataError(
        `"${file.name}" must have one label for each of ${count} images, received [${shape}].`,
      );
    }
    const labels = await reader.read(count);
    if (labels.length < count) throw createLengthError(file, shape, labels.length);
    if ((await reader.read(1)).length > 0) throw createLengthError(file, shape, 'more');
    return labels;
  } finally {
    await reader.close();
  }
}

/** @param received Bytes behind the header. */
function createLengthError(
  { name }: SourceFile,
  shape: readonly number[],
  received: number | 'more',
): Error {
  const header = 4 + 4 * shape.length;
  const expected = header + shape.reduce((product, size) => product * size, 1);
  const how = received === 'more' ? 'too long' : 'truncated';
  const found = received === 'more' ? 'more' : header + received;
  return createDataError(
    `"${name}" is ${how}: it must have ${expected} bytes for [${shape}], received ${found}.`,
  );
}

/**
 * Reads the header of a file. Source: http://yann.lecun.com/exdb/mnist: two zeros, type 8 (bytes), the number of dimensions,
 * their sizes.
 */
async function openIdx(
  file: SourceFile,
): Promise<{ readonly shape: readonly number[]; readonly reader: ByteReader }> {
  const reader = createByteReader(unpack(file));
  try {
    const [zero, zero2, type, rank = 0] = await reader.read(4);
    const sizes = await reader.read(4 * rank);
    if (zero !== 0 || zero2 !== 0 || rank === 0 || rank > 4 || sizes.length < 4 * rank) {
      throw createDataError(
        `"${file.name}" is no IDX file: it must begin with 0, 0, 8 and 1 to 4.`,
      );
    }
    if (type !== 8)
      throw createDataError(`"${file.name}" must hold bytes (type 8), received type ${type}.`);
    const shape = Array.from({ length: rank }, (_, index) => sizes.readUInt32BE(4 * index));
    return { shape, reader };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** What is packed to more than a thousandth is no data set, but a bomb. */
const mostPacked = 1000;
const mostUnpackedOfLittle = 1 << 20;

type PackedFile = Pick<SourceFile, 'name' | 'path'>;

/** Reads a file piece by piece, unpacked where its name ends in .gz. @throws UserError (data) */
async function* unpack({ name, path }: PackedFile): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  if (!/\.gz$/i.test(name)) return yield* file as AsyncIterable<Buffer>;
  const unpacked = file.pipe(createGunzip());
  file.on('error', (error) => unpacked.destroy(error));
  let length = 0;
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > Math.max(mostUnpackedOfLittle, mostPacked * file.bytesRead)) {
        throw new Error(`it is packed to less than a ${mostPacked}th`);
      }
      yield piece;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw createDataError(
      `"${name}" cannot be unpacked: ${reason}.`,
      'was it downloaded whole?',
      error,
    );
  } finally {
    file.destroy();
  }
}

/** Reads a whole file, unpacked where its name ends in .gz. @throws UserError (data) */
export async function readUnpacked(file: PackedFile): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of unpack(file)) pieces.push(piece);
  return Buffer.concat(pieces);
}
