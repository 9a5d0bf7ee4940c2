import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Progress } from '../../progress.js';
import { withFolderLock } from '../../storage/folder-lock.js';
import { addFile } from '../../storage/hash-file.js';
import { makeFolder } from '../../storage/make-folder.js';
import { asStorageError } from '../../storage/storage-error.js';
import { replaceFile, syncFolder, writeSyncedFile } from '../../storage/sync.js';
import { renderCount, renderCountOf, renderNames } from '../../text/quantities.js';
import type { DatasetFiles, FoundDataset } from '../dataset-options.js';
import { countLabels } from '../labelled-images.js';
import { type Collected, collectImages } from './collect-images.js';
import { createDataError } from './data-error.js';
import { beginHash, decodedFiles, decodedFolder } from './decoded.js';
import type { OpenedSource } from './file-format.js';
import { findFormat } from './formats/list.js';
import { createImageWriter } from './image-writer.js';
import { numberLabels } from './labels.js';
import type { Shaping } from './prepare-image.js';
import { openRoot, type SourceFile } from './source-files.js';
import { chooseTestImages } from './split.js';

/** What a source holds, and what a person should know of it. */
export interface ReadSource {
  readonly found: FoundDataset;
  readonly notes: readonly string[];
}

/** Changes when the same files would give other bytes. */
const readerVersion = 2;

/**
 * Reads the images of a user's files: decoded once, they are kept in the cache folder until a file changes its name, size or
 * time.
 * @param folder Where relative paths begin.
 * @throws UserError (data, storage)
 */
export async function readSource(
  options: DatasetFiles,
  { folder, progress }: { readonly folder: string; readonly progress: Progress },
): Promise<ReadSource> {
  const root = await openRoot(resolve(folder, options.path), options.path);
  const format = findFormat(options.format);
  const files = await format.list(root, options);
  if (files.length === 0) throw createDataError(`"${options.path}" is empty.`);
  const key = hashSource(root.path, files, options);
  return decodeOnce({ open: () => format.open(files, options), options }, { key, progress });
}

/** Images that are to be decoded. */
interface Source {
  /** Opens them; `scratch` is the name of a folder for what must be unpacked first, and is removed afterwards. */
  open(scratch: string): Promise<OpenedSource>;
  readonly options: Shaping & Pick<DatasetFiles, 'path' | 'split' | 'classOrder'>;
}

/**
 * Decodes images into the cache folder, unless those of this key are there.
 * @throws UserError (data, storage)
 */
export async function decodeOnce(
  source: Source,
  { key, progress }: { readonly key: string; readonly progress: Progress },
): Promise<ReadSource> {
  const known = await findKnown(key);
  if (known) return known;
  const cache = decodedFolder();
  const lock = {
    folder: cache,
    waiting: 'Another prep-lab reads images: waiting for it.',
    progress,
  };
  return withFolderLock(lock, async () => {
    const meanwhile = await findKnown(key);
    return meanwhile ?? decodeSource(source, { cache, key, progress });
  });
}

/** All that decides about the bytes; limits and what was found before do not. */
function hashSource(
  path: string,
  files: readonly SourceFile[],
  { trainLimit: _, testLimit: __, found: ___, path: ____, ...options }: DatasetFiles,
): string {
  const listed = files.map(({ name, size, modified }) => [name, size, modified]);
  const text = JSON.stringify([readerVersion, path, options, listed]);
  return createHash('sha256').update(text).digest('hex');
}

/** Finds what was decoded under a key, if it is still there. */
export async function findKnown(key: string): Promise<ReadSource | undefined> {
  const cache = decodedFolder();
  try {
    const read = JSON.parse(await readFile(join(cache, `${key}.json`), 'utf8')) as ReadSource;
    return (await isWhole(cache, read.found)) ? read : undefined;
  } catch {
    // Without, or with half of it, images are decoded anew.
    return undefined;
  }
}

/** Whether decoded images are there in their full size; their hash is checked when they are read. */
async function isWhole(
  cache: string,
  { height, width, channels, test, sha256 }: FoundDataset,
): Promise<boolean> {
  const last = await stat(join(cache, sha256, 'test.images')).catch(() => undefined);
  return last?.size === height * width * channels * test;
}

interface Place {
  readonly cache: string;
  readonly key: string;
  readonly progress: Progress;
}

/** Everything is made in a folder of its own, which takes its place when it is whole. */
async function decodeSource(source: Source, place: Place): Promise<ReadSource> {
  const { cache, key } = place;
  const staging = join(cache, `${key}.reading`);
  // What an earlier one left that was killed.
  await rm(staging, { recursive: true, force: true });
  await makeFolder(staging);
  try {
    const read = await decodeInto(staging, source, place);
    const target = join(cache, read.found.sha256);
    // The same images in another format, or elsewhere, are there already.
    if (!(await isWhole(cache, read.found))) {
      await rm(target, { recursive: true, force: true });
      await rename(staging, target);
      await syncFolder(cache);
    }
    await replaceFile(join(cache, `${key}.json`), `${JSON.stringify(read)}\n`);
    return read;
  } catch (error) {
    throw asStorageError(error, cache);
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => {});
  }
}

async function decodeInto(
  staging: string,
  { open, options }: Source,
  { progress }: Place,
): Promise<ReadSource> {
  const scratch = join(staging, 'unpacked');
  const opened = await open(scratch);
  const task = progress.start(`Images of "${options.path}"`, {
    unit: 'files',
    ...(opened.count !== undefined && { total: opened.count }),
  });
  const collected = await collectImages(opened, {
    shaping: options,
    folder: staging,
    task,
  }).finally(() => task.stop());
  await rm(scratch, { recursive: true, force: true });
  const parted = await writeParts(staging, collected, { options, known: opened.classNames });
  const { shape } = collected;
  const described = {
    height: shape.height,
    width: shape.width,
    channels: shape.channels,
    train: parted.train.length,
    test: parted.test.length,
    classes: [...parted.classNames],
  };
  const sha256 = await hashFiles(staging, described);
  return { found: { ...described, sha256 }, notes: [...(opened.notes ?? []), ...parted.notes] };
}

interface Parted {
  readonly train: Uint16Array;
  readonly test: Uint16Array;
  readonly classNames: readonly string[];
  readonly notes: readonly string[];
}

/** Numbers the labels, splits where the source does not, and writes the four files. */
async function writeParts(
  staging: string,
  { shape, parts }: Collected,
  {
    options,
    known,
  }: { readonly options: Source['options']; readonly known: readonly string[] | undefined },
): Promise<Parted> {
  const all = [...parts.values()];
  const places = all.flatMap((part) => part.places);
  const hashes = all.flatMap((part) => part.hashes);
  const { labels, classNames } = numberLabels(
    all.flatMap((part) => part.labels),
    places,
    { known, classOrder: options.classOrder },
  );
  const isTest = chooseParts(parts, labels, options);
  const train = labels.filter((_, image) => isTest[image] === 0);
  const test = labels.filter((_, image) => isTest[image] === 1);
  requireBothParts({ train, test, classNames }, options);
  const size = shape.height * shape.width * shape.channels;
  await distribute(
    staging,
    all.map(({ file, labels }) => ({ file, count: labels.length })),
    { isTest, size },
  );
  for (const [part, ofPart] of Object.entries({ train, test })) {
    await writeSyncedFile(join(staging, `${part}.labels`), toLittleEndian(ofPart));
  }
  const notes = [...noteEmptyClasses(test, classNames), ...noteShared(isTest, { hashes, places })];
  return { train, test, classNames, notes };
}

/** Returns 1 for each test image, in the order of the parts. */
function chooseParts(
  parts: Collected['parts'],
  labels: Uint16Array,
  { split, path }: Source['options'],
): Uint8Array {
  if (parts.has('all')) {
    if (parts.size > 1) throw createDataError(`"${path}" has images that belong to no part.`);
    return chooseTestImages(labels, split ?? { test: 0.2, seed: 0, stratified: true });
  }
  if (split) {
    throw createDataError(
      `dataset.split must be left out: "${path}" has a test part of its own.`,
      'take "split" away.',
    );
  }
  return Uint8Array.from(
    [...parts].flatMap(([part, { labels: ofPart }]) => ofPart.map(() => (part === 'test' ? 1 : 0))),
  );
}

function requireBothParts(
  { train, test, classNames }: Omit<Parted, 'notes'>,
  { path }: Source['options'],
): void {
  if (test.length === 0) {
    throw createDataError(
      `"${path}" leaves no test image: no class has two images.`,
      'each class needs an image for training and one for the test.',
    );
  }
  const empty = classNames.filter((_, label) => !train.includes(label));
  if (empty.length === 0) return;
  const noun = empty.length === 1 ? 'Class' : 'Classes';
  throw createDataError(
    `${noun} ${renderNames(empty)}: there is no training image.`,
    'a network cannot learn what it never sees: add images or take the class away.',
  );
}

/** Copies images into the files of their parts. Each is read once. */
async function distribute(
  staging: string,
  files: readonly { readonly file: string; readonly count: number }[],
  { isTest, size }: { readonly isTest: Uint8Array; readonly size: number },
): Promise<void> {
  const writers = [
    await createImageWriter(join(staging, 'train.images')),
    await createImageWriter(join(staging, 'test.images')),
  ];
  let image = 0;
  try {
    for (const { file, count } of files) {
      const handle = await open(file);
      try {
        for (let at = 0; at < count; at++, image++) {
          const pixels = new Uint8Array(size);
          await handle.read(pixels, 0, size, at * size);
          await writers[isTest[image] ?? 0]?.write(pixels);
        }
      } finally {
        await handle.close();
      }
      await rm(file);
    }
  } finally {
    for (const writer of writers) await writer.close();
  }
}

function toLittleEndian(labels: Uint16Array): Uint8Array {
  const bytes = Buffer.alloc(2 * labels.length);
  for (const [index, label] of labels.entries()) bytes.writeUInt16LE(label, 2 * index);
  return bytes;
}

function noteEmptyClasses(test: Uint16Array, classNames: readonly string[]): string[] {
  const counts = countLabels(test, classNames.length);
  const empty = classNames.filter((_, label) => counts[label] === 0);
  if (empty.length === 0) return [];
  return [`No test image of ${renderNames(empty)}: what the network makes of them stays unknown.`];
}

/** Test images that are training images too make a test easier than it looks. */
function noteShared(
  isTest: Uint8Array,
  { hashes, places }: { readonly hashes: readonly string[]; readonly places: readonly string[] },
): string[] {
  const training = new Map<string, number>();
  for (const [image, hash] of hashes.entries()) {
    if (isTest[image] === 0 && !training.has(hash)) training.set(hash, image);
  }
  const shared = [...hashes.keys()].filter(
    (image) => isTest[image] === 1 && training.has(hashes[image] ?? ''),
  );
  const [first] = shared;
  if (first === undefined) return [];
  const other = places[training.get(hashes[first] ?? '') ?? 0];
  const verb = shared.length === 1 ? 'is a training image' : 'are training images';
  return [
    `${renderCountOf(shared.length, 'test image')} of ${renderCount(isTest.reduce((sum, one) => sum + one, 0))} ${verb}, too, pixel by pixel, such as "${places[first]}" and "${other}".`,
  ];
}

async function hashFiles(
  staging: string,
  described: Omit<FoundDataset, 'sha256'>,
): Promise<string> {
  const hash = beginHash(described);
  for (const name of decodedFiles) await addFile(hash, join(staging, name));
  return hash.digest('hex');
}
