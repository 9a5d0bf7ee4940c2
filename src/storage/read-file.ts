import { type BigIntStats, close, fstat, open, read } from 'node:fs';
import { promisify } from 'node:util';

/*
 * Calls of plain descriptors: a FileHandle for each of the thousands of small files of a large plan takes three times the
 * processor time.
 */
const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = (file: number) => promisify(fstat)(file, { bigint: true });
const readPart = promisify(read);

/** A file as it was when it was opened: network disks tell the present times only of files that are opened. */
export interface OpenedFile {
  readonly status: BigIntStats;
  readonly bytes: Buffer;
}

/**
 * Reads a small file.
 * @param judge looks at the status before anything is read, and throws where it is not to be: a damaged file may have any size.
 * @throws the system's error
 */
export async function readFileWithStatus(
  path: string,
  judge: (status: BigIntStats) => void = () => {},
): Promise<OpenedFile> {
  const file = await openFile(path, 'r');
  try {
    const status = await statFile(file);
    judge(status);
    return { status, bytes: await readAll(file, Number(status.size)) };
  } finally {
    await closeFile(file);
  }
}

/** In one read, as a rule. */
async function readAll(file: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  for (let filled = 0; filled < size; ) {
    const { bytesRead } = await readPart(file, bytes, filled, size - filled, null);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}
