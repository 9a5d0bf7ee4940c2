import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes of images, one image after the other: in memory, or in a file. */
export type ImageBytes = Uint8Array | ImageFile;

/** Images that stay in a file: there may be more of them than fit into memory. */
export interface ImageFile {
  readonly length: number;
  /** Returns a copy of a part; without arguments, of all. */
  slice(start?: number, end?: number): Uint8Array;
  readonly path: string;
  /** How many images the file holds. */
  readonly fileCount: number;
  /** Which of them these are, in their order; all of them if left out. */
  readonly rows?: Int32Array;
  /** Returns some of these images, in the order given. */
  pick(indices: readonly number[]): ImageFile;
}

export interface ImageFileOptions {
  readonly path: string;
  /** Bytes of one image. */
  readonly imageBytes: number;
  readonly fileCount: number;
  readonly rows?: Int32Array;
}

/** Makes images of a file; none is read before it is asked for. */
export function createImageFile(options: ImageFileOptions): ImageFile {
  const { path, imageBytes, fileCount, rows } = options;
  const length = (rows?.length ?? fileCount) * imageBytes;
  return {
    path,
    fileCount,
    ...(rows && { rows }),
    length,
    slice(start = 0, end = length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, length) - start));
      const file = openSync(path, 'r');
      try {
        if (rows) readRows(file, { bytes, start, imageBytes, rows });
        else readFully(file, bytes, start);
      } finally {
        closeSync(file);
      }
      return bytes;
    },
    pick: (indices) =>
      createImageFile({
        ...options,
        rows: Int32Array.from(indices, (index) => (rows ? (rows[index] as number) : index)),
      }),
  };
}

export function isImageFile(images: ImageBytes): images is ImageFile {
  return 'path' in images;
}

/** Reads from the images that the rows name, as if they lay one after the other. */
function readRows(
  file: number,
  {
    bytes,
    start,
    imageBytes,
    rows,
  }: Required<Pick<ImageFileOptions, 'imageBytes' | 'rows'>> & {
    readonly bytes: Uint8Array;
    readonly start: number;
  },
): void {
  let done = 0;
  while (done < bytes.length) {
    const within = (start + done) % imageBytes;
    const row = rows[Math.floor((start + done) / imageBytes)] as number;
    const piece = bytes.subarray(done, done + imageBytes - within);
    readFully(file, piece, row * imageBytes + within);
    done += piece.length;
  }
}

/** One read may not be larger than 2 GB, and may give less than was asked for. */
const pieceBytes = 1 << 30;

function readFully(file: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    const wanted = Math.min(pieceBytes, bytes.length - done);
    const read = readSync(file, bytes, done, wanted, position + done);
    if (read === 0) throw new Error('A file of images became shorter.');
    done += read;
  }
}
