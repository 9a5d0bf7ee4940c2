import { type BigIntStats, close, closeSync, fstatSync, open, read, readSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';

/*
 * Calls of plain descriptors, and as few as there can be beside the event loop: a plan of thousands reads thousands of
 * small files, and a FileHandle for each took three times the processor time.
 */
const openFile = promisify(open);
const closeFile = promisify(close);
const readPart = promisify(read);

/** A file as it was when it was opened: network disks tell the present times only of files that are opened. */
export interface OpenedFile {
  readonly status: BigIntStats;
  readonly bytes: Buffer;
}

/**
 * Reads a file.
 * @param judge looks at the status before anything is read, and throws where it is not to be: a damaged file may have any size.
 * @throws the system's error
 */
export async function readFileWithStatus(
  path: string,
  judge: (status: BigIntStats) => void = () => {},
): Promise<OpenedFile> {
  const file = await openFile(path, 'r');
  let answersAtOnce = false;
  try {
    // No disk is asked: the system learned it when it opened the file.
    const status = fstatSync(file, { bigint: true });
    judge(status);
    answersAtOnce = Number(status.size) <= smallBytes && (await isOnLocalDisk(status.dev, path));
    return { status, bytes: await readAll(file, Number(status.size), answersAtOnce) };
  } finally {
    if (answersAtOnce) closeSync(file);
    else await closeFile(file);
  }
}

/** What a disk of this machine has read before the event loop could turn once. */
const smallBytes = 64 * 1024;

/** In one read, as a rule. */
async function readAll(file: number, size: number, answersAtOnce: boolean): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  for (let filled = 0; filled < size; ) {
    const bytesRead = answersAtOnce
      ? readSync(file, bytes, filled, size - filled, null)
      : (await readPart(file, bytes, filled, size - filled, null)).bytesRead;
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

/** Source: statfs(2), linux/magic.h: ext, xfs, btrfs, f2fs, zfs, tmpfs, overlay. Any other may be a network's, and slow. */
const localDisks = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630,
]);

/** By the device's number. */
const known = new Map<bigint, Promise<boolean>>();

function isOnLocalDisk(device: bigint, path: string): Promise<boolean> {
  const judged =
    known.get(device) ??
    statfs(path).then(
      ({ type }) => process.platform === 'linux' && localDisks.has(type),
      () => false,
    );
  known.set(device, judged);
  return judged;
}
