import type { DatasetFiles, DatasetFormat } from '../dataset-options.js';
import type { Part } from './parts.js';
import type { SourceFile, SourceRoot } from './source-files.js';

/** Pixels as a format holds them. Shape: HWC, flat. */
export interface RawImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** An image as it lies in its source. */
export interface SourceImage {
  /** Where it lies, for people: "train/cat/1.jpg" or "train.parquet, row 7". */
  readonly place: string;
  /** `all` is split later. */
  readonly part: Part;
  /** A class' number or its name. */
  readonly label: string | number;
  readonly image: RawImage | { load(): Promise<Uint8Array> };
}

/** Images of one shape, one after the other in memory, and a label for each. */
interface ImageArray {
  /** Shape: uint8 [N, height, width, channels]. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly labels: ArrayLike<number>;
  readonly part: Part;
  placeOf(index: number): string;
}

/** Returns the images of an array, each a view of its pixels. */
export function takeApart({ pixels, shape, labels, part, placeOf }: ImageArray): SourceImage[] {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  return Array.from(labels, (label, index) => ({
    place: placeOf(index),
    part,
    label,
    image: {
      height,
      width,
      channels,
      pixels: pixels.subarray(index * size, (index + 1) * size),
    },
  }));
}

/** A source whose files were found. */
export interface OpenedSource {
  readonly images: AsyncIterable<SourceImage> | Iterable<SourceImage>;
  /** How many there are, where the format knows before it reads them. */
  readonly count?: number;
  /** In the order of labels, where the format names them. */
  readonly classNames?: readonly string[];
  /** What a person should know, such as files that are left out. */
  readonly notes?: readonly string[];
}

/** How images are laid out on a disk. */
export interface FileFormat {
  readonly name: DatasetFormat;
  /** Finds the files that it reads, in the order of the images. No image is opened. @throws UserError (data) */
  list(root: SourceRoot, options: DatasetFiles): Promise<readonly SourceFile[]>;
  /** @throws UserError (data), also while the images are read */
  open(files: readonly SourceFile[], options: DatasetFiles): Promise<OpenedSource>;
}
