import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatasetFiles } from '../../dataset-options.js';
import { createDataError } from '../data-error.js';
import type { FileFormat, SourceImage } from '../file-format.js';
import { assignParts, type Part } from '../parts.js';
import { filesEndingIn, listFiles, type SourceFile } from '../source-files.js';

const side = 32;
const planeBytes = side * side;
const imageBytes = 3 * planeBytes;

/** Files of records: one label (CIFAR-10) or a coarse and a fine one (CIFAR-100), then planes of red, green and blue. */
export const cifarBinary: FileFormat = {
  name: 'cifar-binary',
  async list(root) {
    return filesEndingIn(await listFiles(root), ['.bin'], root);
  },
  async open(files, options) {
    const labelBytes = countLabelBytes(files);
    const parts = assignParts(
      files.map(({ name }) => (name.startsWith('data_batch') ? `train-${name}` : name)),
      options.path,
    );
    const sorted = files.map((file) => ({
      file,
      part: parts.get(file.name) ?? parts.get(`train-${file.name}`),
    }));
    const classNames = await readClassNames(files[0] as SourceFile, { labelBytes, options });
    return {
      count: files.reduce((sum, { size }) => sum + size / (imageBytes + labelBytes), 0),
      images: readFiles(sorted, {
        labelBytes,
        place: options.labels === 'coarse' ? 0 : labelBytes - 1,
      }),
      ...(classNames && { classNames }),
    };
  },
};

function countLabelBytes(files: readonly SourceFile[]): number {
  const found = [1, 2].find((bytes) =>
    files.every(({ size }) => size > 0 && size % (imageBytes + bytes) === 0),
  );
  if (found !== undefined) return found;
  const wrong = files.find(({ size }) => size === 0 || size % (imageBytes + 1) !== 0) as SourceFile;
  throw createDataError(
    `"${wrong.name}" must be whole records of 3073 bytes (CIFAR-10) or 3074 (CIFAR-100), received ${wrong.size} bytes.`,
    'was it downloaded whole?',
  );
}

/** The archives name their classes in a text file beside the records. */
async function readClassNames(
  { path }: SourceFile,
  { labelBytes, options }: { readonly labelBytes: number; readonly options: DatasetFiles },
): Promise<readonly string[] | undefined> {
  const name =
    labelBytes === 1 ? 'batches.meta.txt' : `${options.labels ?? 'fine'}_label_names.txt`;
  const text = await readFile(join(dirname(path), name), 'utf8').catch(() => undefined);
  return text?.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** Records that are read at once: some megabytes. */
const recordsAtOnce = 1000;

async function* readFiles(
  files: readonly { readonly file: SourceFile; readonly part: Part | undefined }[],
  record: { readonly labelBytes: number; readonly place: number },
): AsyncGenerator<SourceImage> {
  const size = imageBytes + record.labelBytes;
  for (const { file, part } of files) {
    if (!part) continue;
    const handle = await open(file.path);
    try {
      for (let first = 0; first * size < file.size; first += recordsAtOnce) {
        const bytes = new Uint8Array(Math.min(recordsAtOnce * size, file.size - first * size));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, first * size);
        if (bytesRead < bytes.length)
          throw createDataError(`"${file.name}" became shorter while it was read.`);
        for (let at = 0; at < bytes.length; at += size) {
          yield {
            place: `${file.name}, record ${first + at / size}`,
            part,
            label: bytes[at + record.place] as number,
            image: {
              height: side,
              width: side,
              channels: 3,
              pixels: interleave(bytes.subarray(at + record.labelBytes, at + size)),
            },
          };
        }
      }
    } finally {
      await handle.close();
    }
  }
}

function interleave(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(imageBytes);
  for (let pixel = 0; pixel < planeBytes; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[3 * pixel + channel] = planes[channel * planeBytes + pixel] as number;
    }
  }
  return pixels;
}
