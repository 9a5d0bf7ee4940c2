import { createHash, type Hash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../storage/cache-folder.js';
import { addFile } from '../../storage/hash-file.js';
import { type Dataset, ownHashName } from '../dataset.js';
import type { DatasetFiles, FoundDataset } from '../dataset-options.js';
import { createImageFile } from '../image-file.js';
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

/**
 * Checks the hash of decoded images; they stay in their files.
 * @throws UserError (data) if they are not what was found.
 */
export async function readDecoded(
  { found, path }: Pick<DatasetFiles, 'found' | 'path'>,
  folder: string,
): Promise<Dataset> {
  if (!found) throw new Error(`The images of "${path}" were not read.`);
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
  const path = join(folder, `${part}.images`);
  const imageBytes = found.height * found.width * found.channels;
  await addFile(hash, path);
  return { count, images: createImageFile({ path, imageBytes, fileCount: count }), labels };
}
