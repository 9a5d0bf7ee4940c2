import { createHash } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../progress.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { withFolderLock } from '../../storage/folder-lock.js';
import { makeFolder } from '../../storage/make-folder.js';
import { asStorageError } from '../../storage/storage-error.js';
import { createDataError } from '../files/data-error.js';
import { readUnpacked } from '../files/formats/idx.js';
import type { LabelledImages } from '../labelled-images.js';
import type { NamedDataset } from './named-dataset.js';

/** A data set of MNIST's kind: 28 x 28 in grey, ten classes, 60,000 + 10,000 images, four IDX files. */
export interface IdxDataset {
  readonly name: string;
  readonly title: string;
  readonly classNames: readonly string[];
  /** SHA-256 of the unpacked files. */
  readonly sha256: Readonly<Record<IdxFile, string>>;
  /** Where a package of the system puts them. */
  readonly systemFolder?: string;
  /** Where they come from, for people. */
  readonly source: string;
  /** Writes the four files, or their .gz, into a folder. */
  fetchInto(folder: string, progress: Progress): Promise<void>;
}

const parts = [
  { part: 'train', prefix: 'train', count: 60_000 },
  { part: 'test', prefix: 't10k', count: 10_000 },
] as const;

type IdxFile = `${'train' | 't10k'}-${'images-idx3' | 'labels-idx1'}-ubyte`;

/** The names of the four files. */
export const idxFiles: readonly IdxFile[] = parts.flatMap(({ prefix }): IdxFile[] => [
  `${prefix}-images-idx3-ubyte`,
  `${prefix}-labels-idx1-ubyte`,
]);

const side = 28;

/** Makes a published data set of four IDX files. */
export function createIdxDataset(definition: IdxDataset): NamedDataset {
  const { name, title, classNames, sha256, systemFolder } = definition;
  const places = (dataFolder?: string) =>
    dataFolder === undefined
      ? [join(cacheFolder(), name), ...(systemFolder ? [systemFolder] : [])]
      : [dataFolder];
  const find = async (dataFolder?: string) => {
    for (const folder of places(dataFolder)) {
      const found = await Promise.all(idxFiles.map((file) => findFile(folder, file)));
      if (found.every((path) => path !== undefined)) return { folder };
    }
    return undefined;
  };
  return {
    name,
    facts: {
      title,
      shape: { height: side, width: side, channels: 1 },
      counts: { train: parts[0].count, test: parts[1].count },
      classNames,
      sha256,
    },
    files: idxFiles.map((file) => ({
      name: file,
      sha256: sha256[file],
      records: file.startsWith('train') ? parts[0].count : parts[1].count,
    })),
    find,
    possibleFiles: (dataFolder) =>
      places(dataFolder).flatMap((folder) =>
        idxFiles.flatMap((file) => [join(folder, file), join(folder, `${file}.gz`)]),
      ),
    async fetch({ dataFolder, progress }) {
      const found = await find(dataFolder);
      const folder = found?.folder ?? (await fetchMissing(definition, { dataFolder, progress }));
      for (const file of idxFiles) await readFile(definition, folder, file);
      return folder;
    },
    async read(folder) {
      const [train, test] = [
        await readPart(definition, folder, parts[0]),
        await readPart(definition, folder, parts[1]),
      ];
      return { train, test, sha256 };
    },
  };
}

/** Returns the path of a file, or of the same packed. */
async function findFile(folder: string, file: string): Promise<string | undefined> {
  for (const path of [join(folder, file), join(folder, `${file}.gz`)]) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return path;
  }
  return undefined;
}

async function fetchMissing(
  { name, title, source, fetchInto }: IdxDataset,
  {
    dataFolder,
    progress,
  }: { readonly dataFolder?: string | undefined; readonly progress: Progress },
): Promise<string> {
  if (dataFolder !== undefined) {
    throw createDataError(
      `"${dataFolder}" must have the four files of ${title}, such as "${idxFiles[0]}" or the same with ".gz".`,
      `leave out --data to have them fetched: ${source}.`,
    );
  }
  const folder = join(cacheFolder(), name);
  const staging = `${folder}.fetching`;
  const waiting = `Another prep-lab is fetching ${title}: waiting for it.`;
  await withFolderLock({ folder: cacheFolder(), waiting, progress }, async () => {
    if (await stat(folder).catch(() => undefined)) return;
    try {
      await makeFolder(staging);
      await fetchInto(staging, progress);
      await rename(staging, folder);
    } catch (error) {
      throw asStorageError(error, folder);
    } finally {
      await rm(staging, { recursive: true, force: true }).catch(() => {});
    }
  });
  return folder;
}

async function readPart(
  definition: IdxDataset,
  folder: string,
  { prefix, count }: (typeof parts)[number],
): Promise<LabelledImages> {
  const images = await readFile(definition, folder, `${prefix}-images-idx3-ubyte`);
  const labels = await readFile(definition, folder, `${prefix}-labels-idx1-ubyte`);
  return { count, images, labels };
}

/** @throws UserError (data) unless it is the published file. */
async function readFile(
  { sha256, title, name }: IdxDataset,
  folder: string,
  file: IdxFile,
): Promise<Uint8Array> {
  const path = await findFile(folder, file);
  const hint = `remove what is wrong there and run "prep-lab data ${name}".`;
  if (path === undefined) throw createDataError(`"${join(folder, file)}" is missing.`, hint);
  const bytes = await readUnpacked({ name: path, path });
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash === sha256[file]) return Uint8Array.from(bytes.subarray(headerBytes(file)));
  throw createDataError(
    `"${path}" is not ${title}'s: its SHA-256, unpacked, must be ${sha256[file]}, received ${hash}.`,
    hint,
  );
}

/** Four bytes and the number of images; of images their sides, too. */
function headerBytes(file: IdxFile): number {
  return file.includes('images') ? 16 : 8;
}
