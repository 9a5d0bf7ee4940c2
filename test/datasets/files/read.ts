import { afterEach, beforeEach } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset.js';
import { type DatasetFiles, datasetSchema } from '../../../src/datasets/dataset-options.js';
import { findDecoded, readDecoded } from '../../../src/datasets/files/decoded.js';
import { type ReadSource, readSource } from '../../../src/datasets/files/read-source.js';
import { silentProgress } from '../../../src/progress.js';
import { temporaryFolder } from '../../temporary-folder.js';

/** Keeps decoded images in a cache folder of each test's own. */
export function useOwnCache(): void {
  const before = process.env.PREP_LAB_CACHE;
  beforeEach(async () => {
    process.env.PREP_LAB_CACHE = await temporaryFolder();
  });
  afterEach(() => {
    if (before === undefined) delete process.env.PREP_LAB_CACHE;
    else process.env.PREP_LAB_CACHE = before;
  });
}

export function readFiles(written: object): Promise<ReadSource> {
  const options = datasetSchema.parse(written) as DatasetFiles;
  return readSource(options, { folder: '.', progress: silentProgress });
}

/** Reads a source and then its decoded images, as a trial does. */
export async function loadFiles(written: object): Promise<Dataset & ReadSource> {
  const read = await readFiles(written);
  const options = { ...(datasetSchema.parse(written) as DatasetFiles), found: read.found };
  const folder = await findDecoded(options);
  if (folder === undefined) throw new Error('Nothing is in the cache.');
  return { ...read, ...(await readDecoded(options, folder)) };
}
