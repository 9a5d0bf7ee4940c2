import { createReadStream } from 'node:fs';
import { createDataError } from '../data-error.js';
import type { FileFormat, SourceImage } from '../file-format.js';
import { assignParts, type Part } from '../parts.js';
import { listFilesOfParts, type SourceFile } from '../source-files.js';
import { isImageName } from './folder.js';

/** Tar files in which 000001.png and 000001.cls lie side by side. */
export const webdataset: FileFormat = {
  name: 'webdataset',
  list: (root) => listFilesOfParts(root, ['.tar', '.tar.gz', '.tgz']),
  async open(files, options) {
    const parts = assignParts(
      files.map(({ name }) => name),
      options.path,
    );
    return { images: readShards(files, parts) };
  },
};

async function* readShards(
  files: readonly SourceFile[],
  parts: ReadonlyMap<string, Part>,
): AsyncGenerator<SourceImage> {
  for (const file of files) yield* readShard(file, parts.get(file.name) ?? 'all');
}

/** Files that share their name up to the first dot are one sample; they lie side by side. */
interface Sample {
  readonly key: string;
  image?: Uint8Array;
  imageName?: string;
  label?: string | number;
}

async function* readShard(file: SourceFile, part: Part): AsyncGenerator<SourceImage> {
  let sample: Sample | undefined;
  for await (const entry of readEntries(file)) {
    const { key, ending } = splitName(entry.name);
    if (sample && sample.key !== key) yield finish(sample, file, part);
    if (sample?.key !== key) sample = { key };
    addEntry(sample, { ...entry, ending, place: `${file.name}, "${entry.name}"` });
  }
  if (sample) yield finish(sample, file, part);
}

function addEntry(
  sample: Sample,
  { name, bytes, ending, place }: Entry & { readonly ending: string; readonly place: string },
): void {
  if (isImageName(name)) Object.assign(sample, { image: bytes, imageName: name });
  else if (/^cls(\.txt)?$/.test(ending)) {
    const label = parseLabel(bytes);
    if (label !== undefined) sample.label = label;
  } else if (ending === 'json') {
    const label = parseJsonLabel(bytes, place);
    if (label !== undefined) sample.label ??= label;
  }
}

function splitName(name: string): { readonly key: string; readonly ending: string } {
  const [, key = name, ending = ''] = /^((?:.*\/)?[^/.]*)\.([^/]*)$/.exec(name) ?? [];
  return { key, ending: ending.toLowerCase() };
}

function finish(
  { key, image, imageName, label }: Sample,
  file: SourceFile,
  part: Part,
): SourceImage {
  const place = `${file.name}, "${imageName ?? key}"`;
  if (!image)
    throw createDataError(`${file.name}: "${key}" has no image.`, 'name it KEY.png or .jpg.');
  if (label === undefined) {
    throw createDataError(
      `${place} has no label.`,
      'put KEY.cls beside it, with the number of its class.',
    );
  }
  return { place, part, label, image: { load: () => Promise.resolve(image) } };
}

function parseLabel(bytes: Uint8Array): string | number | undefined {
  const text = Buffer.from(bytes).toString('utf8').trim();
  if (text === '') return undefined;
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

function parseJsonLabel(bytes: Uint8Array, place: string): string | number | undefined {
  try {
    const { label, cls } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<
      string,
      unknown
    >;
    const found = label ?? cls;
    return typeof found === 'string' || typeof found === 'number' ? found : undefined;
  } catch (error) {
    throw createDataError(`${place} is no JSON.`, undefined, error);
  }
}

/** One entry of a data set is an image or a label. */
const largestEntryBytes = 256 * 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Reads a tar file piece by piece: no more than a piece and its entries are in memory. */
async function* readEntries(file: SourceFile): AsyncGenerator<Entry> {
  const { Parser } = await import('tar');
  const done: Entry[] = [];
  const failures: Error[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      const problem = findEntryProblem(entry);
      if (problem) failures.push(createDataError(`${file.name}: "${entry.path}" ${problem}.`));
      const pieces: Buffer[] = [];
      entry.on('data', (piece: Buffer) => pieces.push(piece));
      entry.on('end', () => {
        if (entry.type === 'File') done.push({ name: entry.path, bytes: Buffer.concat(pieces) });
      });
      if (problem) entry.ignore = true;
    },
  });
  let hasEnd = false;
  // Blocks of zeros end an archive: one that was cut between two files is whole but for them.
  parser.on('nullBlock', () => {
    hasEnd = true;
  });
  parser.on('error', (error: Error) => failures.push(explain(error, file)));
  for await (const piece of createReadStream(file.path)) {
    parser.write(piece as Buffer);
    if (failures[0]) throw failures[0];
    yield* done.splice(0);
  }
  await new Promise<void>((resolve) => {
    parser.on('end', resolve);
    parser.on('error', resolve);
    parser.end();
  });
  if (failures[0]) throw failures[0];
  if (!hasEnd) throw explain(new Error('its end is missing'), file);
  yield* done.splice(0);
}

function findEntryProblem(entry: { path: string; type: string; size: number }): string | undefined {
  if (entry.path.startsWith('/') || entry.path.split('/').includes('..')) {
    return 'leads out of the archive';
  }
  if (entry.type !== 'File' && entry.type !== 'Directory' && entry.type !== 'OldFile') {
    return `is of type ${entry.type}, expected a file`;
  }
  return entry.size > largestEntryBytes ? `has ${entry.size} bytes: that is no image` : undefined;
}

function explain(error: Error, { name }: SourceFile): Error {
  return createDataError(
    `"${name}" is no usable tar file: ${error.message}.`,
    'was it downloaded whole?',
    error,
  );
}
