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
