import { once } from 'node:events';
import { type Entry, open as openZip, type ZipFile } from 'yauzl';
import { UserError } from '../../../user-error.js';
import { mostImages } from '../../dataset-options.js';
import { type ByteReader, createByteReader } from '../byte-reader.js';
import { createDataError } from '../data-error.js';
import type { FileFormat } from '../file-format.js';
import { type ImageArray, mostArrayImageBytes, readArrays } from '../image-array.js';
import type { Part } from '../parts.js';
import { filesEndingIn, listFiles, type SourceFile } from '../source-files.js';

/** Names of the two arrays of a part: Keras', MedMNIST's and plain ones. */
const arrayNames: readonly (readonly [part: Part, images: string, labels: string])[] = [
  ['train', 'x_train', 'y_train'],
  ['train', 'train_images', 'train_labels'],
  ['test', 'x_test', 'y_test'],
  ['test', 'test_images', 'test_labels'],
  ['all', 'x', 'y'],
  ['all', 'images', 'labels'],
];

/** One file of NumPy arrays: images of bytes, labels of whole numbers. */
export const npz: FileFormat = {
  name: 'npz',
  async list(root) {
    const files = filesEndingIn(await listFiles(root), ['.npz'], root);
    if (files.length === 1) return files;
    throw createDataError(
      `"${root.written}" has ${files.length} .npz files.`,
      'name one in dataset.path.',
    );
  },
  async open([file]) {
    if (!file) throw new Error('The file was listed.');
    const found = await listArrays(file);
    const arrays: ImageArray[] = [];
    for (const [part, images, labels] of arrayNames) {
      if (found.has(images) || found.has(labels)) {
        arrays.push(await pairUp(file, part, { found, images, labels }));
      }
    }
    if (arrays.length === 0) {
      throw createDataError(
        `"${file.name}" has none of the arrays "x_train", "train_images", "x" or "images".`,
        `it has ${[...found.keys()].map((name) => `"${name}"`).join(', ') || 'none'}.`,
      );
    }
    return {
      count: arrays.reduce((sum, { labels }) => sum + labels.length, 0),
      images: readArrays(arrays),
    };
  },
};

/** What the header of a NumPy array says. */
interface NpyHeader {
  /** Kind and bytes of a number: "|u1", "<i8". */
  readonly type: string;
  readonly shape: readonly number[];
  /** Where the numbers begin, and where they end. */
  readonly start: number;
  readonly end: number;
}

/** An array that lies in a zip. */
interface NpyArray extends NpyHeader {
  readonly entry: Entry;
}

interface Pair {
  readonly found: ReadonlyMap<string, NpyArray>;
  /** Names of two arrays. */
  readonly images: string;
  readonly labels: string;
}

async function pairUp(file: SourceFile, part: Part, pair: Pair): Promise<ImageArray> {
  const fail = (name: string, what: string): never => {
    throw createDataError(`"${file.name}", array "${name}" ${what}.`);
  };
  const images =
    pair.found.get(pair.images) ?? fail(pair.images, `is missing beside "${pair.labels}"`);
  const labels =
    pair.found.get(pair.labels) ?? fail(pair.labels, `is missing beside "${pair.images}"`);
  const [count = 0, height = 0, width = 0, channels = 1, ...more] = images.shape;
  const isOfImages = images.shape.length >= 3 && more.length === 0;
  if (images.type !== '|u1' || !isOfImages || height * width * channels > mostArrayImageBytes) {
    return fail(
      pair.images,
      `must be bytes (uint8) of shape [N, height, width, channels], received ${images.type} of [${images.shape}]`,
    );
  }
  const read =
    findReader(labels) ?? fail(pair.labels, `must be whole numbers, received ${labels.type}`);
  const labelCount = labels.shape.reduce((product, size) => product * size, 1);
  if (labelCount !== count || count > mostImages) {
    return fail(
      pair.labels,
      `must have one number for each of ${count} images, received [${labels.shape}]`,
    );
  }
  return {
    shape: [height, width, channels],
    labels: read(await readAll(file, labels)),
    part,
    placeOf: (index) => `${pair.images}[${index}]`,
    open: () => openArray(file, images),
    createLengthError: () => unusable(file, new Error(`"${pair.images}" ends too early`)),
  };
}

/** Returns what reads an array's numbers; nothing where they are no whole ones. */
function findReader({ type }: NpyHeader): ((bytes: Buffer) => number[]) | undefined {
  const [, order, kind, width] = /^([<>|=])([iu])([1248])$/.exec(type) ?? [];
  if (kind === undefined || width === undefined || order === '>') return undefined;
  const size = Number(width);
  const read = (bytes: Buffer, at: number) => {
    if (size === 8)
      return Number(kind === 'i' ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at));
    return kind === 'i' ? bytes.readIntLE(at, size) : bytes.readUIntLE(at, size);
  };
  return (bytes) =>
    Array.from({ length: bytes.length / size }, (_, index) => read(bytes, index * size));
}

/** Lists the arrays of a zip that come into question; each must be as long as it says. */
async function listArrays(file: SourceFile): Promise<Map<string, NpyArray>> {
  const wanted = new Set(arrayNames.flatMap(([, images, labels]) => [images, labels]));
  const arrays = new Map<string, NpyArray>();
  try {
    const zip = await openArchive(file.path);
    for await (const entry of entriesOf(zip)) {
      const name = entry.fileName.replace(/\.npy$/, '');
      if (wanted.has(name)) arrays.set(name, { entry, ...(await readHeader(file, entry)) });
    }
  } catch (error) {
    throw unusable(file, error);
  }
  return arrays;
}

function unusable(file: SourceFile, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return createDataError(
    `"${file.name}" is no usable npz file: ${reason}.`,
    'was it downloaded whole?',
    error,
  );
}

function openArchive(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    openZip(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    for (let read = 0; read < zip.entryCount; read++) {
      const next = Promise.race([
        once(zip, 'entry') as Promise<[Entry]>,
        once(zip, 'end').then((): never => {
          throw new Error('it ends within its list of files');
        }),
      ]);
      zip.readEntry();
      const [entry] = await next;
      yield entry;
    }
  } finally {
    zip.close();
  }
}

/** Unpacks an entry piece by piece. @throws UserError (data) */
async function* unpack(file: SourceFile, entry: Entry): AsyncGenerator<Buffer> {
  const zip = await openArchive(file.path);
  try {
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
    );
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw unusable(file, error);
  } finally {
    zip.close();
  }
}

/** Opens an array where its numbers begin. */
async function openArray(file: SourceFile, { entry, start }: NpyArray): Promise<ByteReader> {
  const reader = createByteReader(unpack(file, entry));
  await reader.read(start);
  return reader;
}

async function readAll(file: SourceFile, array: NpyArray): Promise<Buffer> {
  const reader = await openArray(file, array);
  try {
    return await reader.read(array.end - array.start);
  } finally {
    await reader.close();
  }
}

/** NumPy's are of 128 bytes. */
const mostHeaderBytes = 64 * 1024;

/** The header says how long the array is: what is packed to more is a bomb, and is not unpacked. */
async function readHeader(file: SourceFile, entry: Entry): Promise<NpyHeader> {
  const reader = createByteReader(unpack(file, entry));
  try {
    const header = parseHeader(await reader.read(mostHeaderBytes));
    if (header.end === entry.uncompressedSize) return header;
    throw new Error(
      `"${entry.fileName}" has ${entry.uncompressedSize} bytes and says ${header.end}`,
    );
  } finally {
    await reader.close();
  }
}

/** Source: NumPy's "NPY format", versions 1 to 3. */
function parseHeader(bytes: Buffer): NpyHeader {
  if (bytes.length < 12 || bytes.toString('latin1', 1, 6) !== 'NUMPY')
    throw new Error('it holds no NumPy array');
  const isFirst = bytes[6] === 1;
  const headerStart = isFirst ? 10 : 12;
  const start = headerStart + (isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const text = bytes.toString('latin1', headerStart, Math.min(start, bytes.length));
  const type = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const isColumnMajor = /'fortran_order':\s*True/.test(text);
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if (type === undefined || sizes === undefined) throw new Error('an array has no readable header');
  const shape = sizes
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  if (isColumnMajor && shape.length > 1)
    throw new Error('an array is in Fortran order: save it in C order');
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new Error(`an array must have whole numbers as its shape, received (${sizes})`);
  }
  const width = /\d+$/.exec(type)?.[0];
  if (width === undefined) throw new Error(`an array must hold numbers, received type ${type}`);
  return {
    type,
    shape,
    start,
    end: start + shape.reduce((product, size) => product * size, Number(width)),
  };
}
