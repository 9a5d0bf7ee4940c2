import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { createProblemsError, type Problem, problemsOfFile } from '../problem.js';
import { type ExitCode, exitCodes } from '../user-error.js';
import { parseResults } from './parse-results.js';
import type { Results } from './result.js';

export interface ReadResultsOptions {
  /** Of all errors; `usage` if not given. */
  readonly exitCode?: ExitCode;
}

/** Node cannot hold longer texts. 10,000 trials of ten epochs with diagnostics have a quarter of it. */
const largestFileBytes = 500_000_000;
const tooLarge = 'it must not be larger than 500 MB.';

/**
 * Reads and checks a `results.json`, gzipped or not, or that of a results folder; older versions come out in the present
 * form.
 * @throws UserError with all problems of the file: path, what was expected, what was received.
 */
export async function readResults(
  path: string,
  { exitCode = exitCodes.usage }: ReadResultsOptions = {},
): Promise<Results> {
  const { file, text, fault } = await readText(path);
  const parsed = fault ? { problems: [fault] } : parseResults(text);
  if (parsed.value) return parsed.value;
  throw createProblemsError(problemsOfFile(file, parsed.problems), exitCode);
}

interface ReadText {
  readonly file: string;
  readonly text: string;
  readonly fault?: Problem;
}

async function readText(path: string): Promise<ReadText> {
  const read = await readFile(path);
  return read === 'folder' ? await readInFolder(path) : read;
}

async function readInFolder(folder: string): Promise<ReadText> {
  for (const name of ['results.json', 'results.json.gz']) {
    const file = join(folder, name);
    const read = await readFile(file);
    if (read === 'folder') return explain(file, 'it is a folder.');
    if (read.fault?.message !== missing) return read;
  }
  return explain(
    folder,
    'the folder has no results.json.',
    'a run writes one with its first trial.',
  );
}

const missing = 'there is no such file.';
const gzipMagic = Buffer.from([0x1f, 0x8b]);
const unzip = (bytes: Buffer) => promisify(gunzip)(bytes, { maxOutputLength: largestFileBytes });

async function readFile(file: string): Promise<ReadText | 'folder'> {
  try {
    const handle = await open(file);
    try {
      const status = await handle.stat();
      if (status.isDirectory()) return 'folder';
      if (!status.isFile()) return explain(file, 'it is not a file.');
      if (status.size > largestFileBytes) return explain(file, tooLarge);
      const bytes = await handle.readFile();
      const text = bytes.subarray(0, 2).equals(gzipMagic) ? await unzip(bytes) : bytes;
      return { file, text: text.toString('utf8').replace(/^\uFEFF/, '') };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return explainReadError(file, error as NodeJS.ErrnoException);
  }
}

function explainReadError(file: string, error: NodeJS.ErrnoException): ReadText {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return explain(file, missing, 'check the path.');
    case 'EACCES':
    case 'EPERM':
      return explain(file, 'it must be readable.', `try chmod u+r ${file}.`);
    case 'ERR_BUFFER_TOO_LARGE':
      return explain(file, tooLarge);
    case 'Z_BUF_ERROR':
    case 'Z_DATA_ERROR':
      return explain(file, 'it is no complete gzip file.', 'restore it, or run again.');
    default:
      if (error.syscall === undefined) throw error;
      return explain(file, `it cannot be read (${error.code}).`);
  }
}

function explain(file: string, message: string, hint?: string): ReadText {
  return { file, text: '', fault: { message, ...(hint && { hint }) } };
}
