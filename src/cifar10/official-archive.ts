import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../progress.js';
import { downloadFile } from '../storage/download.js';
import { unpackArchive } from '../storage/unpack-archive.js';
import { cifar10Files } from './cifar10.js';

/** Where an archive of the six files is. */
export interface Archive {
  readonly url: string;
  readonly sha256: string;
  readonly bytes?: number;
}

/** The archive of the data set's authors; its MD5 is c32a1d4ab5d03f1284b67883e8d87530. */
export const officialArchive: Archive = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
};

/** Downloads an archive into a folder and unpacks the six files beside it. */
export async function fetchArchive(
  archive: Archive,
  folder: string,
  progress: Progress,
): Promise<void> {
  const to = join(folder, 'cifar-10-binary.tar.gz');
  await downloadFile({ ...archive, to, label: 'CIFAR-10, official archive', progress });
  const wanted = new Set(cifar10Files.map((file) => `cifar-10-batches-bin/${file.name}`));
  await unpackArchive(to, folder, (path) => wanted.has(path));
  await rm(to);
}
