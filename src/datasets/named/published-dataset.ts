import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Progress } from '../../progress.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { downloadFile } from '../../storage/download.js';
import { withFolderLock } from '../../storage/folder-lock.js';
import { hashFile } from '../../storage/hash-file.js';
import { makeFolder } from '../../storage/make-folder.js';
import { unpackArchive } from '../../storage/unpack-archive.js';
import { renderNames } from '../../text/quantities.js';
import type { DatasetFacts } from '../dataset.js';
import type { FoundDataset } from '../dataset-options.js';
import { createDataError } from '../files/data-error.js';
import { decodedFolder, readDecoded } from '../files/decoded.js';
import type { OpenedSource } from '../files/file-format.js';
import { decodeOnce, findKnown } from '../files/read-source.js';
import type { NamedDataset } from './named-dataset.js';

/** A file that the authors publish. */
interface PublishedFile {
  readonly name: string;
  /** The folder on their server. */
  readonly address: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Images that are used of it. */
  readonly records: number;
}

/** A data set whose published files are decoded once, as images of a user's own are. */
export interface PublishedDataset {
  readonly name: string;
  readonly facts: Omit<DatasetFacts, 'sha256'>;
  readonly files: readonly PublishedFile[];
  /** Opens the files, in their order; `scratch` is the name of a folder for what must be unpacked. */
  open(paths: readonly string[], scratch: string): Promise<OpenedSource>;
}

/** Makes a published data set of files that are checked and decoded; the decoded images alone are kept. */
export function createPublishedDataset(definition: PublishedDataset): NamedDataset {
  const { name, facts, files } = definition;
  const sha256 = Object.fromEntries(files.map((file) => [file.name, file.sha256]));
  // The images are those of the files, wherever they lie.
  const key = `${name}-${files.map((file) => file.sha256.slice(0, 16)).join('-')}`;
  const find = async () => {
    const known = await findKnown(key);
    return known && { folder: join(decodedFolder(), known.found.sha256) };
  };
  return {
    name,
    facts: { ...facts, sha256 },
    files,
    find,
    possibleFiles: (folder = downloadFolder(definition)) =>
      files.map((file) => join(folder, file.name)),
    async fetch({ dataFolder, progress }) {
      if (dataFolder === undefined) {
        const known = await find();
        if (known) return known.folder;
      } else await requireFiles(definition, dataFolder);
      return withFiles(definition, { dataFolder, progress }, async (folder) => {
        const paths = files.map((file) => join(folder, file.name));
        const open = (scratch: string) => definition.open(paths, scratch);
        const { found } = await decodeOnce(
          { open, options: { path: facts.title } },
          { key, progress },
        );
        requireCounts(definition, found);
        return join(decodedFolder(), found.sha256);
      });
    },
    async read(folder) {
      const known = await findKnown(key);
      const found = known?.found;
      if (!found || found.sha256 !== basename(folder)) {
        throw createDataError(
          `The decoded images of ${facts.title} are not in "${folder}" any more.`,
          `run "prep-lab data ${name}".`,
        );
      }
      return { ...(await readDecoded({ found, path: facts.title }, folder)), sha256 };
    },
  };
}

/** The files are the published ones: that leaves what is known of them. */
function requireCounts({ facts }: PublishedDataset, { train, test }: FoundDataset): void {
  if (train === facts.counts.train && test === facts.counts.test) return;
  throw new Error(`${facts.title} has ${train} and ${test} images.`);
}

function downloadFolder({ files }: PublishedDataset): string {
  // Two names of one archive share its download.
  return join(cacheFolder(), `${files[0]?.name}.fetching`);
}

/** @throws UserError (data) unless each file is there and is the published one. */
async function requireFiles({ facts: { title }, files }: PublishedDataset, folder: string) {
  for (const { name, sha256 } of files) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) {
      const names = renderNames(files.map((file) => file.name));
      throw createDataError(
        `"${path}" is missing: of ${title}, "${folder}" must have ${names}.`,
        'put the published files there, or leave out --data to have them fetched into your cache folder.',
      );
    }
    const hash = await hashFile(path);
    if (hash !== sha256) {
      throw createDataError(
        `"${path}" is not ${title}'s: its SHA-256 must be ${sha256}, received ${hash}.`,
        'was it downloaded whole?',
      );
    }
  }
}

interface Setting {
  readonly dataFolder?: string | undefined;
  readonly progress: Progress;
}

/** Calls `use` with the folder of the files; without a folder of the user's they are fetched, and removed afterwards. */
async function withFiles<Used>(
  definition: PublishedDataset,
  { dataFolder, progress }: Setting,
  use: (folder: string) => Promise<Used>,
): Promise<Used> {
  if (dataFolder !== undefined) return use(dataFolder);
  const { facts, files } = definition;
  const folder = downloadFolder(definition);
  const waiting = `Another prep-lab is fetching ${facts.title}: waiting for it.`;
  return withFolderLock({ folder: dirname(folder), waiting, progress }, async () => {
    await makeFolder(folder);
    for (const { name, address, bytes, sha256 } of files) {
      await downloadFile({
        url: `${address}/${name}`,
        to: join(folder, name),
        bytes,
        sha256,
        label: `${facts.title}, ${name}`,
        progress,
      });
    }
    const used = await use(folder);
    await rm(folder, { recursive: true, force: true });
    return used;
  });
}

/**
 * Unpacks some of the files that lie in an archive's only folder.
 * @throws UserError (data) unless all of them are there.
 */
export async function unpackFiles(
  archive: string,
  folder: string,
  names: readonly string[],
): Promise<void> {
  await mkdir(folder);
  const wanted = new Set(names);
  await unpackArchive(archive, folder, (path) => wanted.has(path.split('/')[1] ?? ''));
  const unpacked = await readdir(folder);
  const missing = names.filter((name) => !unpacked.includes(name));
  if (missing.length > 0) throw createDataError(`"${archive}" has no ${renderNames(missing)}.`);
}
