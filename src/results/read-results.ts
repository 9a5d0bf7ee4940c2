import { open } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Reads and checks a `results.json`, or that of a results folder; older versions come out in the present form.
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
  const file = join(folder, 'results.json');
  const read = await readFile(file);
  if (read === 'folder') return explain(file, 'it is a folder.');
  if (read.fault?.message !== missing) return read;
  return explain(
    folder,
    'the folder has no results.json.',
    'a run writes one with its first trial.',
  );
}

const missing = 'there is no such file.';

async function readFile(file: string): Promise<ReadText | 'folder'> {
  try {
    const handle = await open(file);
    try {
      const status = await handle.stat();
      if (status.isDirectory()) return 'folder';
      if (!status.isFile()) return explain(file, 'it is not a file.');
      if (status.size > largestFileBytes)
        return explain(file, 'it must not be larger than 500 MB.');
      return { file, text: (await handle.readFile('utf8')).replace(/^\uFEFF/, '') };
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
    default:
      if (error.syscall === undefined) throw error;
      return explain(file, `it cannot be read (${error.code}).`);
  }
}

function explain(file: string, message: string, hint?: string): ReadText {
  return { file, text: '', fault: { message, ...(hint && { hint }) } };
}
