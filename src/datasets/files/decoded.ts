import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../storage/cache-folder.js';
import { type Dataset, ownHashName } from '../dataset.js';
import type { DatasetFiles, FoundDataset } from '../dataset-options.js';
import { allocateLabels, type LabelledImages } from '../labelled-images.js';
import { createDataError } from './data-error.js';

/** Where decoded images are kept. */
export function decodedFolder(): string {
  return join(cacheFolder(), 'datasets');
}

/** The files of decoded images, in the order in which they are hashed. */
export const decodedFiles = ['train.labels', 'train.images', 'test.labels', 'test.images'] as const;

/** Finds the decoded images of an experiment's files, by the hash that was found. */
export async function findDecoded({ found }: DatasetFiles): Promise<string | undefined> {
  if (!found) return undefined;
  const folder = join(decodedFolder(), found.sha256);
  const isThere = await stat(join(folder, 'test.images')).catch(() => undefined);
  return isThere ? folder : undefined;
}

/** Begins the hash of a data set: its shape and classes, then its files. */
export function beginHash({
  height,
  width,
  channels,
  classes,
}: Omit<FoundDataset, 'sha256'>): Hash {
  return createHash('sha256').update(`${height}x${width}x${channels}, ${classes.length} classes\n`);
}

/** More than this share of the memory leaves none for the training. */
const mostMemory = 0.6;

/**
 * Reads decoded images and checks their hash.
 * @throws UserError (data) if they are too large for the memory or not what was found.
 */
export async function readDecoded(
  { found, path }: Pick<DatasetFiles, 'found' | 'path'>,
  folder: string,
): Promise<Dataset> {
  if (!found) throw new Error(`The images of "${path}" were not read.`);
  requireMemory(found, path);
  const hash = beginHash(found);
  const train = await readPart(folder, 'train', { found, hash });
  const test = await readPart(folder, 'test', { found, hash });
  if (hash.digest('hex') !== found.sha256) {
    throw createDataError(
      `The decoded images in "${folder}" are altered.`,
      'remove that folder and give the command again: they are decoded anew.',
    );
  }
  return { train, test, sha256: { [ownHashName]: found.sha256 } };
}

function requireMemory({ height, width, channels, train, test }: FoundDataset, path: string): void {
  const bytes = height * width * channels * (train + test);
  if (bytes <= mostMemory * totalmem()) return;
  const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
  throw createDataError(
    `The images of "${path}" take ${gigabytes(bytes)} of memory, and there are ${gigabytes(totalmem())}.`,
    'use a smaller "resize", or fewer images.',
  );
}

interface Reading {
  readonly found: FoundDataset;
  readonly hash: Hash;
}

async function readPart(
  folder: string,
  part: 'train' | 'test',
  { found, hash }: Reading,
): Promise<LabelledImages> {
  const count = found[part];
  const stored = await readFile(join(folder, `${part}.labels`));
  hash.update(stored);
  const labels = allocateLabels(count, found.classes.length);
  for (let image = 0; image < count; image++) {
    labels[image] = (stored[2 * image] ?? 0) + 256 * (stored[2 * image + 1] ?? 0);
  }
  const images = new Uint8Array(count * found.height * found.width * found.channels);
  const handle = await open(join(folder, `${part}.images`));
  try {
    await fill(handle, images, hash);
  } finally {
    await handle.close();
  }
  return { count, images, labels };
}

/** One file read may not be larger than 2 GB. */
const pieceBytes = 64 * 1024 * 1024;

async function fill(handle: FileHandle, bytes: Uint8Array, hash: Hash): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const length = Math.min(pieceBytes, bytes.length - at);
    const { bytesRead } = await handle.read(bytes, at, length, at);
    if (bytesRead === 0) return;
    hash.update(bytes.subarray(at, at + bytesRead));
    at += bytesRead;
  }
}
