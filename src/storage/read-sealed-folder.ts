import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, UserError } from '../user-error.js';
import { asidePath } from './leftovers.js';
import { readFileWithStatus } from './read-file.js';
import {
  DamagedFolderError,
  hashBytes,
  manifestName,
  parseManifest,
  type SealedManifest,
} from './sealed-manifest.js';

/** What a reader expects; without `key`, a folder of any trial is taken. */
export interface ExpectedSeal {
  readonly kind: string;
  readonly key?: string;
}

/** A manifest lists a handful of files. */
const largestManifestBytes = 1024 * 1024;

/** A writer that replaces the folder while it is read makes one more attempt necessary; one that does so all the time, more. */
const attempts = 10;

/**
 * Reads a folder of `writeSealedFolder` and checks every byte. Files that the manifest does not name are passed over.
 * @throws DamagedFolderError naming the file and what is wrong; its `damage` tells whether the folder is there at all.
 */
export async function readSealedFolder(
  path: string,
  expected: ExpectedSeal,
): Promise<Map<string, Buffer>> {
  // As a rule nobody writes to it.
  const whole = await readChecked(path, expected).catch(() => undefined);
  if (whole) return whole;
  for (let attempt = 1; ; attempt++) {
    const found = await findFolder(path);
    if (!found) throw new DamagedFolderError('absent', `There is no folder "${path}".`);
    try {
      return await readChecked(found.path, expected);
    } catch (error) {
      const now = await findFolder(path);
      if (attempt === attempts || now?.identity === found.identity) throw error;
    }
  }
}

/** Between two renames of a writer, the folder has its name for the time of waiting; then its successor has it. */
async function findFolder(path: string) {
  for (const place of [path, asidePath(path), path]) {
    const status = await stat(place, { bigint: true }).catch((error: unknown) => {
      const found = asReadError(error, place);
      if (!(found instanceof DamagedFolderError)) throw found;
      return undefined;
    });
    // Inode numbers are soon used again.
    if (status) return { path: place, identity: `${place} ${status.ino} ${status.mtimeNs}` };
  }
  return undefined;
}

async function readChecked(folder: string, expected: ExpectedSeal): Promise<Map<string, Buffer>> {
  const manifestPath = join(folder, manifestName);
  const bytes = await readBytes(manifestPath, (size) =>
    size > largestManifestBytes ? `is too large for a manifest: ${size} bytes` : undefined,
  );
  const manifest = parseManifest(bytes, manifestPath);
  requireExpected(manifest, { ...expected, folder });
  const files = new Map<string, Buffer>();
  for (const [name, { bytes: size, sha256 }] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    const content = await readBytes(path, (found) =>
      found === size ? undefined : `must have ${size} bytes, has ${found}`,
    );
    if (hashBytes(content) !== sha256) {
      throw new DamagedFolderError('damaged', `"${path}" was altered: its SHA-256 is another one.`);
    }
    files.set(name, content);
  }
  return files;
}

function requireExpected(
  { kind, key }: SealedManifest,
  expected: ExpectedSeal & { readonly folder: string },
): void {
  if (kind !== expected.kind) {
    const message = `"${expected.folder}" is a ${kind}, where a ${expected.kind} should be.`;
    throw new DamagedFolderError('foreign', message);
  }
  if (expected.key === undefined || key === expected.key) return;
  const message = `"${expected.folder}" belongs to the trial with key ${shorten(key)}, not to that with key ${shorten(expected.key)}.`;
  throw new DamagedFolderError('foreign', message);
}

function shorten(key: string): string {
  return JSON.stringify(key.slice(0, 8));
}

async function readBytes(
  path: string,
  judgeSize: (size: number) => string | undefined,
): Promise<Buffer> {
  try {
    const { bytes } = await readFileWithStatus(path, (status) => {
      const fault = status.isFile() ? judgeSize(Number(status.size)) : 'is not a file';
      if (fault) throw new DamagedFolderError('damaged', `"${path}" ${fault}.`);
    });
    return bytes;
  } catch (error) {
    if (error instanceof DamagedFolderError) throw error;
    throw asReadError(error, path);
  }
}

/** What this process may not read, or not just now, says nothing of the file's state. */
const passing = new Set(['EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOMEM']);

function asReadError(error: unknown, path: string): unknown {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  if (passing.has(code)) {
    return new UserError(`"${path}" cannot be read (${code}).`, {
      hint: 'Make it readable and run the command again.',
      cause: error,
      exitCode: exitCodes.storage,
    });
  }
  const what = code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`;
  return new DamagedFolderError('damaged', `"${path}" ${what}.`, error);
}
