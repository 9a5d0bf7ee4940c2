import type { ByteReader } from './byte-reader.js';
import type { SourceImage } from './file-format.js';
import type { Part } from './parts.js';

/** Images of one shape, one after the other in a file, and a label for each. */
export interface ImageArray {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly labels: ArrayLike<number>;
  readonly part: Part;
  placeOf(index: number): string;
  /** Opens the file where the first image begins. */
  open(): Promise<ByteReader>;
  /** Makes the error of a file that has more bytes of images than it says, or only so many. */
  createLengthError(received: number | 'more'): Error;
}

/** Reads the images of arrays, one at a time. @throws UserError (data) */
export async function* readArrays(arrays: readonly ImageArray[]): AsyncGenerator<SourceImage> {
  for (const array of arrays) yield* readArray(array);
}

async function* readArray(array: ImageArray): AsyncGenerator<SourceImage> {
  const { shape, labels, part, placeOf, createLengthError } = array;
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const reader = await array.open();
  try {
    for (let index = 0; index < labels.length; index++) {
      const pixels = await reader.read(size);
      if (pixels.length < size) throw createLengthError(index * size + pixels.length);
      const image = { height, width, channels, pixels };
      yield { place: placeOf(index), part, label: labels[index] as number, image };
    }
    if ((await reader.read(1)).length > 0) throw createLengthError('more');
  } finally {
    await reader.close();
  }
}

/** One image of an array has no more: what says so is not true. */
export const mostArrayImageBytes = 256 * 1024 * 1024;
