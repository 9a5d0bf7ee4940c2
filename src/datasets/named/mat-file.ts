import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { RawImage } from '../files/file-format.js';

/** A matrix of a MATLAB file. */
export interface MatArray {
  readonly shape: readonly number[];
  /** In MATLAB's order: the first index runs fastest. */
  readonly values: ArrayLike<number>;
}

/** Numbers of the types that an element has: their bytes, and how they are read. */
const numberTypes: Readonly<Record<number, (bytes: Uint8Array) => ArrayLike<number>>> = {
  1: (bytes) => new Int8Array(copyOf(bytes)),
  2: (bytes) => bytes,
  3: (bytes) => new Int16Array(copyOf(bytes)),
  4: (bytes) => new Uint16Array(copyOf(bytes)),
  5: (bytes) => new Int32Array(copyOf(bytes)),
  6: (bytes) => new Uint32Array(copyOf(bytes)),
  7: (bytes) => new Float32Array(copyOf(bytes)),
  9: (bytes) => new Float64Array(copyOf(bytes)),
};

/** Arrays of wider numbers must begin at a multiple of their size. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

const types = { matrix: 14, compressed: 15 } as const;
const headBytes = 128;

/**
 * Reads the matrices of numbers of a MATLAB 5 file by their names.
 * Source: MathWorks, "MAT-File Format", version 5.
 * @throws Error for what is no such file.
 */
export async function readMatFile(bytes: Buffer): Promise<ReadonlyMap<string, MatArray>> {
  if (bytes.length < headBytes || bytes.toString('latin1', 126, 128) !== 'IM') {
    throw new Error('it is no MATLAB 5 file of a little-endian computer');
  }
  const arrays = new Map<string, MatArray>();
  for (const element of elementsOf(bytes.subarray(headBytes))) {
    const isPacked = element.type === types.compressed;
    const [inner] = isPacked ? elementsOf(await promisify(inflate)(element.content)) : [element];
    if (inner?.type === types.matrix) {
      const { name, ...array } = readMatrix(inner.content);
      arrays.set(name, array);
    }
  }
  return arrays;
}

interface Element {
  readonly type: number;
  readonly content: Buffer;
}

/** An element is its type, its length and its content, filled up to 8 bytes; one of at most 4 bytes is 8 in all. */
function* elementsOf(bytes: Buffer): Generator<Element> {
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) throw new Error('it ends within an element');
    const word = bytes.readUInt32LE(at);
    const isSmall = word >>> 16 !== 0;
    const type = word & 0xffff;
    const length = isSmall ? word >>> 16 : bytes.readUInt32LE(at + 4);
    const start = at + (isSmall ? 4 : 8);
    if (start + length > bytes.length) throw new Error('it ends within an element');
    yield { type, content: bytes.subarray(start, start + length) };
    const end = start + length;
    at = type === types.compressed ? end : Math.ceil(end / 8) * 8;
  }
}

/** A matrix is four elements: flags, its shape, its name and its numbers. */
function readMatrix(content: Buffer): MatArray & { readonly name: string } {
  const [, sizes, name, numbers] = elementsOf(content);
  const read = numberTypes[numbers?.type ?? 0];
  if (sizes?.type !== 5 || !name || !numbers || !read) {
    throw new Error('it holds something else than matrices of numbers');
  }
  const shape = Array.from(new Int32Array(copyOf(sizes.content)));
  const values = read(numbers.content);
  const count = shape.reduce((product, size) => product * size, 1);
  if (values.length !== count) {
    throw new Error(
      `"${name.content.toString('latin1')}" has ${values.length} numbers for [${shape}]`,
    );
  }
  return { name: name.content.toString('latin1'), shape, values };
}

/**
 * Turns an image that MATLAB wrote into rows of pixels.
 * Shape: planes of red, green and blue, each column by column, to [side, side, 3].
 */
export function fromColumnMajor(bytes: ArrayLike<number>, side: number): RawImage {
  const plane = side * side;
  const pixels = new Uint8Array(3 * plane);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (let channel = 0; channel < 3; channel++) {
        pixels[3 * (row * side + column) + channel] = bytes[
          channel * plane + column * side + row
        ] as number;
      }
    }
  }
  return { height: side, width: side, channels: 3, pixels };
}
