import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, UserError } from '../user-error.js';
import { type Severity, severities } from './corruption.js';
import { type PixelShape, valueCount } from './image.js';

/** What a file of bytes in NumPy's format begins with. */
interface NpyHeader {
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly offset: number;
}

/** A file of the published set: images of all severities, one after the other. */
export interface NpyRequest {
  readonly folder: string;
  /** The corruption. */
  readonly name: string;
  readonly severity: Severity;
  /** Of the whole test set. */
  readonly count: number;
  readonly shape: PixelShape;
  /** Which of them; all if left out. */
  readonly part?: { readonly first: number; readonly length: number };
}

/**
 * Reads the images of one severity out of a published file, such as `gaussian_noise.npy`.
 * Shape: uint8 [5 N, H, W, C] in the file, [N, H, W, C] or a part of it.
 * @throws UserError (data) if the file is missing, or is not of that form.
 */
export async function readNpyImages(request: NpyRequest): Promise<Uint8Array> {
  const { folder, name, severity, count, shape } = request;
  const { first, length } = request.part ?? { first: 0, length: count };
  const file = join(folder, `${name.replaceAll('-', '_')}.npy`);
  const { height, width, channels } = shape;
  const size = valueCount(shape);
  return readValues(file, {
    shape: [severities.length * count, height, width, channels],
    first: ((severity - 1) * count + first) * size,
    length: length * size,
  });
}

/**
 * Makes sure that the published labels are those of the test images, so that the images are in the same order.
 * @throws UserError (data)
 */
export async function requireNpyLabels(
  folder: string,
  labels: Uint8Array | Uint16Array,
): Promise<void> {
  const file = join(folder, 'labels.npy');
  const length = severities.length * labels.length;
  const read = await readValues(file, { shape: [length], first: 0, length });
  const at = read.findIndex((label, index) => label !== labels[index % labels.length]);
  if (at < 0) return;
  throw unusable(
    `"${file}" must have the labels of the test images, received ${read[at]} for image ${at}.`,
  );
}

interface Wanted {
  readonly shape: readonly number[];
  /** Values before those that are read. */
  readonly first: number;
  readonly length: number;
}

async function readValues(file: string, { shape, first, length }: Wanted): Promise<Uint8Array> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw unusable(`"${file}" cannot be read (${error.code}).`);
  });
  try {
    const head = Buffer.alloc(1024);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const header = parseHeader(head.subarray(0, bytesRead));
    if (!header) throw unusable(`"${file}" must hold bytes in NumPy's format, in C order.`);
    if (header.shape.join() !== shape.join()) {
      throw unusable(
        `"${file}" must have the shape [${shape.join(', ')}], received [${header.shape.join(', ')}].`,
      );
    }
    const values = new Uint8Array(length);
    const read = await handle.read(values, 0, length, header.offset + first);
    if (read.bytesRead < length) throw unusable(`"${file}" ends too early: it is cut short.`);
    return values;
  } finally {
    await handle.close();
  }
}

/** Source: numpy.lib.format, versions 1 and 2. */
function parseHeader(bytes: Buffer): NpyHeader | undefined {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') return undefined;
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  const length = isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const text = bytes.toString('latin1', start, start + length);
  const isBytes = /'descr': *'\|u1'/.test(text) && /'fortran_order': *False/.test(text);
  const shape = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (!isBytes || shape === undefined || start + length > bytes.length) return undefined;
  return {
    shape: shape
      .split(',')
      .filter((part) => part.trim() !== '')
      .map(Number),
    offset: start + length,
  };
}

function unusable(message: string): UserError {
  return new UserError(message, {
    hint: 'the files are those of CIFAR-10-C at zenodo.org/records/2535967, unpacked; all test images are needed.',
    exitCode: exitCodes.data,
  });
}
