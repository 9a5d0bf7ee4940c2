import { type FileHandle, open } from 'node:fs/promises';
import type { Problem } from './problem.js';

/** A hand-written experiment has some hundred bytes; more than this is no experiment. */
const largestFileBytes = 1024 * 1024;

/** Reads no more than the limit: what is given may be a device without an end. */
export async function readBytes(
  file: string,
): Promise<{ readonly bytes: Uint8Array } | { readonly problem: Problem }> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) return { problem: explainReadError(file, handle) };
  try {
    const bytes = new Uint8Array(largestFileBytes + 1);
    const filled = await fill(handle, bytes);
    if (filled < bytes.length) return { bytes: bytes.subarray(0, filled) };
    return { problem: { message: 'the file must not be larger than 1 MiB.' } };
  } catch (error) {
    return { problem: explainReadError(file, error as NodeJS.ErrnoException) };
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, bytes: Uint8Array): Promise<number> {
  let filled = 0;
  let bytesRead = -1;
  while (bytesRead !== 0 && filled < bytes.length) {
    ({ bytesRead } = await handle.read(bytes, filled, bytes.length - filled));
    filled += bytesRead;
  }
  return filled;
}

function explainReadError(file: string, error: NodeJS.ErrnoException): Problem {
  switch (error.code) {
    case 'ENOENT':
      return explainMissingFile(file);
    case 'EISDIR':
      return { message: 'is a folder.', hint: `name its files: ${file.replace(/\/$/, '')}/*.json` };
    case 'EACCES':
    case 'EPERM':
      return { message: 'the file must be readable.', hint: `try chmod u+r ${file}.` };
    default:
      return { message: `the file cannot be read (${error.message}).` };
  }
}

function explainMissingFile(file: string): Problem {
  if (/[*?[]/.test(file)) {
    return {
      message: 'no file matches this pattern.',
      hint: 'the shell passes a pattern on as it is when nothing matches: check the folder.',
    };
  }
  return { message: 'there is no such file.', hint: 'check the path.' };
}
