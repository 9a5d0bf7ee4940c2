import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCodes, UserError } from '../user-error.js';
import { asidePath, discard, exists, temporaryPath } from './leftovers.js';
import { readSealedFolder } from './read-sealed-folder.js';
import {
  DamagedFolderError,
  describeFiles,
  manifestName,
  renderManifest,
  sealedFileName,
} from './sealed-manifest.js';
import { asWriteError } from './storage-error.js';
import { makeSyncedFolder, syncFolder, writeSyncedFile } from './sync.js';

export { readSealedFolder } from './read-sealed-folder.js';

export interface SealedContent {
  /** What the folder is, such as `checkpoint`. */
  readonly kind: string;
  /** The trial that it belongs to. */
  readonly key: string;
  /** By plain names. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /**
   * Runs when all is on the disk, just before the folder gets its name; what it throws leaves all as it was. Runs also
   * when a folder is suddenly gone: the writer was overtaken, and is to say so.
   */
  guard?(): Promise<void>;
}

/**
 * Writes a folder so that, whenever the process or the power dies, its name shows all of it, what was there before, or
 * nothing; reads it back. A folder of that name is replaced: until the new one is in place, {@link readSealedFolder}
 * finds the old one. Only one process may write to a name at a time: see lease.ts.
 * @throws UserError (storage), and what `guard` throws.
 */
export async function writeSealedFolder(path: string, content: SealedContent): Promise<void> {
  const files = new Map(
    Object.entries(content.files).map(([name, bytes]) => [name, Buffer.from(bytes)]),
  );
  for (const name of files.keys()) requireFileName(name);
  const manifest = renderManifest({ ...content, files: describeFiles(files) });
  files.set(manifestName, Buffer.from(manifest));
  const temporary = temporaryPath(path);
  try {
    await writeTemporary(temporary, files);
    await content.guard?.();
    await place(temporary, path);
    await requireReadable(path, content);
    await discard(asidePath(path));
  } catch (error) {
    // A disk must not stay full because of files that are of no use.
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await content.guard?.();
    throw asWriteError(error, path, totalBytes(files));
  }
}

/** The manifest comes last: a folder that has one has all. */
async function writeTemporary(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  await mkdir(folder).catch(async () => {
    await makeSyncedFolder(dirname(folder));
    await mkdir(folder);
  });
  for (const [name, bytes] of files) await writeSyncedFile(join(folder, name), bytes);
  await syncFolder(folder);
}

async function place(temporary: string, path: string): Promise<void> {
  await rename(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
    // What stands aside may be all there is.
    if (!(await exists(path))) throw error;
    await discard(asidePath(path));
    await rename(path, asidePath(path));
    await rename(temporary, path);
  });
  await syncFolder(dirname(path));
}

/** A disk may lie: what cannot be read back gives way to what was there before. */
async function requireReadable(path: string, { kind, key }: SealedContent): Promise<void> {
  try {
    await readSealedFolder(path, { kind, key });
  } catch (error) {
    if (!(error instanceof DamagedFolderError)) throw error;
    await discard(path);
    if (await exists(asidePath(path))) await rename(asidePath(path), path);
    throw new UserError(`"${path}" does not read back as it was written: ${error.message}`, {
      hint: 'Check the disk, or use a folder on another one.',
      cause: error,
      exitCode: exitCodes.storage,
    });
  }
}

function requireFileName(name: string): void {
  if (sealedFileName.test(name) && name !== manifestName) return;
  throw new Error(`A sealed folder cannot hold a file named "${name}".`);
}

function totalBytes(files: ReadonlyMap<string, Buffer>): number {
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}
