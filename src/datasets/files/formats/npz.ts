import { once } from 'node:events';
import { type Entry, open as openZip, type ZipFile } from 'yauzl';
import { createDataError } from '../data-error.js';
import { type FileFormat, type SourceImage, takeApart } from '../file-format.js';
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
    const arrays = await readArrays(file);
    const images = arrayNames.flatMap(([part, images, labels]) =>
      arrays.has(images) || arrays.has(labels)
        ? pairUp(file, part, {
            images: [images, arrays.get(images)],
            labels: [labels, arrays.get(labels)],
          })
        : [],
    );
    if (images.length === 0) {
      throw createDataError(
        `"${file.name}" has none of the arrays "x_train", "train_images", "x" or "images".`,
        `it has ${[...arrays.keys()].map((name) => `"${name}"`).join(', ') || 'none'}.`,
      );
    }
    return { count: images.length, images };
  },
};

/** An array of NumPy's. */
interface NpyArray {
  /** Kind and bytes of a number: "|u1", "<i8". */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

type Named = readonly [name: string, array: NpyArray | undefined];

function pairUp(
  file: SourceFile,
  part: Part,
  {
    images: [imagesName, images],
    labels: [labelsName, labels],
  }: { readonly images: Named; readonly labels: Named },
): SourceImage[] {
  const fail = (name: string, what: string): never => {
    throw createDataError(`"${file.name}", array "${name}" ${what}.`);
  };
  if (!images) return fail(imagesName, `is missing beside "${labelsName}"`);
  if (!labels) return fail(labelsName, `is missing beside "${imagesName}"`);
  const [count = 0, height = 0, width = 0, channels = 1, ...more] = images.shape;
  if (images.type !== '|u1' || images.shape.length < 3 || more.length > 0) {
    return fail(
      imagesName,
      `must be bytes (uint8) of shape [N, height, width, channels], received ${images.type} of [${images.shape}]`,
    );
  }
  const numbers =
    readNumbers(labels) ?? fail(labelsName, `must be whole numbers, received ${labels.type}`);
  if (numbers.length !== count) {
    return fail(
      labelsName,
      `must have one number for each of ${count} images, received [${labels.shape}]`,
    );
  }
  return takeApart({
    pixels: images.bytes,
    shape: [height, width, channels],
    labels: numbers,
    part,
    placeOf: (index) => `${imagesName}[${index}]`,
  });
}

function readNumbers({ type, bytes }: NpyArray): number[] | undefined {
  const [, order, kind, width] = /^([<>|=])([iu])([1248])$/.exec(type) ?? [];
  if (kind === undefined || width === undefined || order === '>') return undefined;
  const size = Number(width);
  const read = (at: number) => {
    if (size === 8)
      return Number(kind === 'i' ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at));
    return kind === 'i' ? bytes.readIntLE(at, size) : bytes.readUIntLE(at, size);
  };
  return Array.from({ length: bytes.length / size }, (_, index) => read(index * size));
}

/** Reads the arrays of a zip that come into question; each must be as long as it says. */
async function readArrays(file: SourceFile): Promise<Map<string, NpyArray>> {
  const wanted = new Set(arrayNames.flatMap(([, images, labels]) => [images, labels]));
  const arrays = new Map<string, NpyArray>();
  try {
    const zip = await openArchive(file.path);
    for await (const entry of entriesOf(zip)) {
      const name = entry.fileName.replace(/\.npy$/, '');
      if (wanted.has(name)) arrays.set(name, await readArray(zip, entry));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw createDataError(
      `"${file.name}" is no usable npz file: ${reason}.`,
      'was it downloaded whole?',
      error,
    );
  }
  return arrays;
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

/** The header says how long the array is: what is packed to more is a bomb, and is not unpacked. */
async function readArray(zip: ZipFile, entry: Entry): Promise<NpyArray> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  const pieces: Buffer[] = [];
  let length = 0;
  let header:
    | (Omit<NpyArray, 'bytes'> & { readonly start: number; readonly end: number })
    | undefined;
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    header ??=
      length > 1024 || length === entry.uncompressedSize
        ? parseHeader(Buffer.concat(pieces))
        : undefined;
    if (header && header.end !== entry.uncompressedSize) {
      throw new Error(
        `"${entry.fileName}" has ${entry.uncompressedSize} bytes and says ${header.end}`,
      );
    }
  }
  if (!header) throw new Error(`"${entry.fileName}" is too short`);
  const { type, shape, start } = header;
  return { type, shape, bytes: Buffer.concat(pieces).subarray(start) };
}

/** Source: NumPy's "NPY format", versions 1 to 3. */
function parseHeader(bytes: Buffer) {
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
