import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { exitCodes, UserError } from '../../user-error.js';

/**
 * Returns the SHA-256 (base64url, without padding) of each member that RECORD states one for.
 * Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
 */
export function parseRecord(text: string): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    // A path that holds a comma is quoted; quotes in it are doubled.
    const found = /^(?:"((?:[^"]|"")*)"|([^",]*)),sha256=([\w-]+)=*,\d*$/.exec(line);
    const path = found?.[1]?.replaceAll('""', '"') ?? found?.[2];
    if (path && found?.[3]) hashes.set(path, found[3]);
  }
  return hashes;
}

/** A member of a wheel, with the hash that the wheel's own list states for it. */
export interface Member {
  readonly entry: Entry;
  readonly sha256: string | undefined;
}

/** An open wheel: a zip archive with a list of its members' hashes. */
export interface Wheel {
  readonly path: string;
  readonly zip: ZipFile;
  readonly members: ReadonlyMap<string, Member>;
}

/** Opens a wheel for the time of `work`. @throws UserError (engine) if it is damaged. */
export async function withWheel<Result>(
  path: string,
  work: (wheel: Wheel) => Promise<Result>,
): Promise<Result> {
  const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw damagedWheel(path, error instanceof Error ? error.message : String(error), error);
  });
  try {
    return await work({ path, zip, members: await readMembers(path, zip) });
  } finally {
    zip.close();
  }
}

/** Returns the text of the wheel's METADATA. */
export async function readMetadata(wheel: Wheel): Promise<string> {
  const name = [...wheel.members.keys()].find((path) => isListed(path, 'METADATA'));
  const member = name ? wheel.members.get(name) : undefined;
  if (!name || !member) throw damagedWheel(wheel.path, 'it has no METADATA');
  return (await readEntry(wheel.zip, member.entry)).toString('utf8');
}

async function readMembers(path: string, zip: ZipFile): Promise<Map<string, Member>> {
  try {
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    const list = entries.find((entry) => isListed(entry.fileName, 'RECORD'));
    if (!list) throw new Error('it has no RECORD');
    const hashes = parseRecord((await readEntry(zip, list)).toString('utf8'));
    return new Map(
      entries.map((entry) => [entry.fileName, { entry, sha256: hashes.get(entry.fileName) }]),
    );
  } catch (error) {
    throw damagedWheel(path, error instanceof Error ? error.message : String(error), error);
  }
}

function isListed(path: string, file: 'METADATA' | 'RECORD'): boolean {
  return new RegExp(`^[^/]+\\.dist-info/${file}$`).test(path);
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The error for a wheel that is not what it says. */
export function damagedWheel(path: string, reason: string, cause?: unknown): UserError {
  return new UserError(`"${path}" is damaged: ${reason}.`, {
    hint: 'It is fetched again when you run "prep-lab setup" once more.',
    exitCode: exitCodes.engine,
    cause,
  });
}
