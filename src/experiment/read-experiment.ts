import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Problem } from '../problem.js';
import { type Progress, silentProgress } from '../progress.js';
import { type Catalogue, shippedCatalogue } from './catalogue.js';
import type { Experiment } from './experiment.js';
import { parseExperimentText } from './experiment-text.js';
import { type ExperimentSource, type ParseOptions, parseSourcesWithData } from './parse-sources.js';
import type { Variant } from './sweep/parse-variants.js';

/** A hand-written experiment has some hundred bytes; more than this is no experiment. */
const largestFileBytes = 1024 * 1024;

/** Reads no more than the limit: what is given may be a device without an end. */
async function readBytes(
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

/** An experiment and the file that it was read from, as it was given. */
export type ExperimentFromFile = Experiment & { readonly file: string };

/**
 * Reads and checks one experiment file and fills in all defaults.
 * @throws UserError with all problems of the file.
 */
export async function readExperiment(
  file: string,
  catalogue: Catalogue = shippedCatalogue(),
): Promise<ExperimentFromFile> {
  const [experiment] = await readExperiments([file], catalogue);
  if (!experiment) throw new Error(`${file} was read without a result.`);
  return experiment;
}

/**
 * Reads and checks all files before anything is done with one of them. Sweeps are checked too, but not expanded.
 * @throws UserError with all problems of all files.
 */
export async function readExperiments(
  files: readonly string[],
  catalogue: Catalogue = shippedCatalogue(),
  progress: Progress = silentProgress,
): Promise<ExperimentFromFile[]> {
  const read = await readExperimentFiles(files, { catalogue, progress });
  return read.map(({ experiment }) => experiment);
}

/** A file's own experiment, and what is trained: itself, or what its sweep and `--set` make of it. */
export interface ExperimentFile {
  readonly experiment: ExperimentFromFile;
  readonly variants: readonly VariantFromFile[];
}

type VariantFromFile = Variant & { readonly experiment: ExperimentFromFile };

/**
 * Reads and checks all files and expands their sweeps.
 * @throws UserError with all problems of all files.
 */
export async function readExperimentFiles(
  files: readonly string[],
  options: Pick<ParseOptions, 'catalogue' | 'sets'> & { readonly progress?: Progress } = {},
): Promise<ExperimentFile[]> {
  const sources: ExperimentSource[] = [];
  for (const file of files) {
    sources.push({ label: file, text: await readText(file), folder: dirname(file) });
  }
  const parsed = await parseSourcesWithData(sources, options);
  return parsed.map(({ label: file, experiment, variants }) => ({
    experiment: { ...experiment, file },
    variants: variants.map((variant) => ({
      ...variant,
      experiment: { ...variant.experiment, file },
    })),
  }));
}

async function readText(file: string): Promise<ExperimentSource['text']> {
  const read = await readBytes(file);
  return 'problem' in read ? read : parseExperimentText(read.bytes, file);
}
