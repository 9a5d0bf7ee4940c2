import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createProblemsError, type Problem } from '../problem.js';
import { hashFile } from '../storage/hash-file.js';
import { toLimitError } from '../storage/machine-limits.js';
import { exitCodes, type UserError } from '../user-error.js';
import { byteCountOf, cifar10Files, type PublishedFile } from './cifar10.js';

/** Why a file cannot be used. */
export interface FileProblem extends Problem {
  readonly kind: 'missing' | 'wrong';
}

/** Reads one file whole, and compares its size and SHA-256 with the published ones. */
export async function readChecked(
  folder: string,
  file: PublishedFile,
): Promise<Uint8Array | FileProblem> {
  const path = join(folder, file.name);
  const problem = await checkSize(folder, file);
  if (problem) return problem;
  const bytes = await readWhole(path, byteCountOf(file)).catch((error: unknown) =>
    unreadable(path, error),
  );
  if (!(bytes instanceof Uint8Array)) return bytes;
  const hash = createHash('sha256').update(bytes).digest('hex');
  return findAlteration(path, hash, file) ?? bytes;
}

/** Compares only a file's presence and size: takes no time. */
export async function checkSize(
  folder: string,
  file: PublishedFile,
): Promise<FileProblem | undefined> {
  const path = join(folder, file.name);
  const found = await stat(path).catch((error: unknown) => unreadable(path, error));
  if ('kind' in found) return found;
  if (!found.isFile()) return wrong(`"${path}" must be a file, received something else.`);
  const expected = byteCountOf(file);
  if (found.size === expected) return undefined;
  const how = found.size < expected ? 'truncated' : 'too long';
  return wrong(`"${path}" is ${how}: it must have ${expected} bytes, received ${found.size}.`);
}

/** Returns what is wrong with the six files of a folder, in their order. */
export async function checkFolder(folder: string): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  for (const file of cifar10Files) {
    const problem = await checkFile(folder, file);
    if (problem) problems.push(problem);
  }
  return problems;
}

/** Reads the file in pieces: a whole one needs memory, which nobody but a trial's process must have. */
async function checkFile(folder: string, file: PublishedFile): Promise<FileProblem | undefined> {
  const path = join(folder, file.name);
  const problem = await checkSize(folder, file);
  if (problem) return problem;
  const hash = await hashFile(path).catch((error: unknown) => unreadable(path, error));
  return typeof hash === 'string' ? findAlteration(path, hash, file) : hash;
}

function findAlteration(path: string, hash: string, file: PublishedFile): FileProblem | undefined {
  if (hash === file.sha256) return undefined;
  return wrong(`"${path}" is altered: its SHA-256 must be ${file.sha256}, received ${hash}.`);
}

/** Makes one error of all problems. */
export function unusableFiles(problems: readonly FileProblem[], hint: string): UserError {
  const hinted = problems.map(({ message }) => ({ message, hint }));
  return createProblemsError(hinted, exitCodes.data);
}

/** One request for the whole file: `readFile` asks for many small pieces, which takes three times as long. */
async function readWhole(path: string, byteCount: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    return await fill(file, new Uint8Array(byteCount));
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, bytes: Uint8Array): Promise<Uint8Array> {
  let at = 0;
  while (at < bytes.byteLength) {
    const { bytesRead } = await file.read(bytes, at, bytes.byteLength - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

function unreadable(path: string, error: unknown): FileProblem {
  const code = (error as NodeJS.ErrnoException).code;
  // Not the file's fault: to replace it would be of no use.
  if (code === undefined || toLimitError(error)) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { kind: 'missing', message: `"${path}" is missing.` };
  }
  return wrong(`"${path}" cannot be read (${code}).`);
}

function wrong(message: string): FileProblem {
  return { kind: 'wrong', message };
}
