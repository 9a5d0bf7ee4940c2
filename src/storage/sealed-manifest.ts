import { createHash } from 'node:crypto';
import { z } from 'zod';
import { exitCodes, UserError } from '../user-error.js';

/**
 * `absent`: there is no such folder; `damaged`: a file is missing or differs from what was written; `foreign`: intact,
 * but of another kind or trial; `version`: written in a form that this program does not read.
 */
export type Damage = 'absent' | 'damaged' | 'foreign' | 'version';

/** A sealed folder that cannot be used; the message names the file and what is wrong with it. */
export class DamagedFolderError extends UserError {
  readonly damage: Damage;

  constructor(damage: Damage, message: string, cause?: unknown) {
    super(message, { hint: hints[damage], cause, exitCode: exitCodes.cannotResume });
    this.name = 'DamagedFolderError';
    this.damage = damage;
  }
}

const hints: Readonly<Record<Damage, string>> = {
  absent: 'check the path.',
  damaged: 'check the disk, or restore the folder from a copy.',
  foreign: 'move the folder back to where it came from.',
  version: 'use the prep-lab that wrote it, or a newer one.',
};

/** Lists what a sealed folder holds; written last, so that a folder with a valid one is complete. */
export interface SealedManifest {
  readonly kind: string;
  readonly key: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

export const manifestName = 'manifest.json';

const format = 'prep-lab sealed folder';
const version = 1;

/** A plain name: a manifest must not point out of its folder. */
export const sealedFileName = /^[A-Za-z0-9][\w.-]{0,99}$/;

const versionSchema = z.object({ format: z.literal(format), version: z.int() });

const manifestSchema = z.object({
  format: z.literal(format),
  version: z.literal(version),
  kind: z.string(),
  key: z.string(),
  files: z.record(
    z.string().regex(sealedFileName),
    z.object({ bytes: z.int().min(0), sha256: z.string().length(64) }),
  ),
});

/** Describes files that are about to be written. */
export function describeFiles(files: ReadonlyMap<string, Buffer>): SealedManifest['files'] {
  const described = [...files].map(([name, bytes]) => [
    name,
    { bytes: bytes.length, sha256: hashBytes(bytes) },
  ]);
  return Object.fromEntries(described);
}

/** Renders a manifest with its own SHA-256, which covers all before it. */
export function renderManifest({ kind, key, files }: SealedManifest): string {
  return withHash({ format, version, kind, key, files });
}

/**
 * Parses the bytes of `path`. A byte that differs from what {@link renderManifest} wrote is found, wherever it is.
 * @throws DamagedFolderError
 */
export function parseManifest(bytes: Buffer, path: string): SealedManifest {
  const content = requireUnaltered(bytes, path);
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const named = versionSchema.safeParse(content);
  if (named.success && named.data.version !== version) {
    throw new DamagedFolderError(
      'version',
      `"${path}" has format version ${named.data.version}; this prep-lab reads version ${version}.`,
    );
  }
  throw new DamagedFolderError('damaged', `"${path}" is not the manifest of a sealed folder.`);
}

/** Returns the SHA-256 in lower-case hexadecimal. */
export function hashBytes(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whatever the version: the text must be what its own content renders to, hash included. */
function requireUnaltered(bytes: Buffer, path: string): object {
  const fail = (what: string) => new DamagedFolderError('damaged', `"${path}" ${what}.`);
  if (bytes.length === 0) throw fail('is empty');
  const parsed = parseObject(bytes.toString('utf8'));
  if (parsed === undefined) throw fail('is not JSON: it was cut off or altered');
  const { sha256: _, ...content } = parsed;
  if (!bytes.equals(Buffer.from(withHash(content)))) {
    throw fail('was altered: it does not fit its own SHA-256');
  }
  return content;
}

function parseObject(text: string): { readonly sha256?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function withHash(content: object): string {
  const sha256 = hashBytes(JSON.stringify(content));
  return `${JSON.stringify({ ...content, sha256 }, null, 2)}\n`;
}
