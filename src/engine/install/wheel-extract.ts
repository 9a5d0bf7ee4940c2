import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Entry } from 'yauzl';
import type { Progress } from '../../progress.js';
import { makeFolder } from '../../storage/make-folder.js';
import { asStorageError } from '../../storage/storage-error.js';
import { damagedWheel, type Member, type Wheel } from './wheel.js';
import { parseWheelName } from './wheel-name.js';

export interface ExtractOptions {
  /** The folder that stands for site-packages. */
  readonly to: string;
  /** Tells whether a member, named by its path in the wheel, is wanted. */
  wants(path: string): boolean;
  readonly progress: Progress;
}

/**
 * Writes the wanted members, each checked against the SHA-256 in the wheel's RECORD.
 * @throws UserError (engine) if a member is damaged or not listed; (storage) if it cannot be written.
 */
export async function extractWheel(wheel: Wheel, options: ExtractOptions): Promise<void> {
  const wanted = [...wheel.members].filter(([path]) => !path.endsWith('/') && options.wants(path));
  const total = wanted.reduce((sum, [, { entry }]) => sum + entry.uncompressedSize, 0);
  const task = options.progress.start(
    `Unpacking ${parseWheelName(basename(wheel.path))?.name ?? basename(wheel.path)}`,
    {
      unit: 'bytes',
      total,
    },
  );
  let done = 0;
  try {
    for (const [path, member] of wanted) {
      await extractMember(wheel, { path, member, to: join(options.to, path) }, (bytes) => {
        done += bytes;
        task.update(done, total);
      });
    }
  } finally {
    task.stop();
  }
}

interface Extraction {
  readonly path: string;
  readonly member: Member;
  readonly to: string;
}

async function extractMember(
  wheel: Wheel,
  { path, member, to }: Extraction,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { entry, sha256 } = member;
  if (!sha256) throw damagedWheel(wheel.path, `its RECORD has no SHA-256 of "${path}"`);
  const hash = createHash('sha256');
  try {
    await makeFolder(dirname(to));
    const source = await wheel.zip.openReadStreamPromise(entry);
    await pipeline(source, watch(hash, onBytes), createWriteStream(to, { mode: modeOf(entry) }));
  } catch (error) {
    const explained = asStorageError(error, to);
    if (explained !== error) throw explained;
    throw damagedWheel(wheel.path, `"${path}" cannot be unpacked`, error);
  }
  const received = hash.digest('base64url');
  if (received !== sha256) {
    throw damagedWheel(wheel.path, `"${path}" must have SHA-256 ${sha256}, received ${received}`);
  }
}

function watch(hash: Hash, onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(piece: Buffer, _encoding, next) {
      hash.update(piece);
      onBytes(piece.length);
      next(null, piece);
    },
  });
}

/** Unix permissions are the upper half of the attributes; ptxas must stay executable. */
function modeOf(entry: Entry): number {
  const executable = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
  return executable ? 0o755 : 0o644;
}
