import { type FileHandle, open } from 'node:fs/promises';
import { type Catalogue, shippedCatalogue } from '../catalogue.js';
import type { Experiment } from './experiment.js';
import { createExperimentParser, type ParsedExperiment } from './parse-experiment.js';
import { createProblemsError, type Problem, problemsOfFile } from './problem.js';

/** An experiment and the file that it was read from, as it was given. */
export type ExperimentFromFile = Experiment & { readonly file: string };

/** A hand-written experiment has some hundred bytes; more than this is no experiment. */
const largestFileBytes = 1024 * 1024;

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
 * Reads and checks all files before anything is done with one of them.
 * @throws UserError with all problems of all files.
 */
export async function readExperiments(
  files: readonly string[],
  catalogue: Catalogue = shippedCatalogue(),
): Promise<ExperimentFromFile[]> {
  const parse = createExperimentParser(catalogue);
  const results: (ParsedExperiment & { readonly file: string })[] = [];
  for (const file of files) results.push({ file, ...(await readResult(file, parse)) });
  const experiments = results.flatMap(({ file, experiment }) =>
    experiment ? [{ ...experiment, file }] : [],
  );
  const problems = [
    ...results.flatMap((result) => problemsOfFile(result.file, result.problems)),
    ...findSharedNames(experiments),
  ];
  if (problems.length > 0) throw createProblemsError(problems);
  return experiments;
}

async function readResult(
  file: string,
  parse: (bytes: Uint8Array, file: string) => ParsedExperiment,
): Promise<ParsedExperiment> {
  const read = await readBytes(file);
  return 'problem' in read ? { problems: [read.problem] } : parse(read.bytes, file);
}

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

function findSharedNames(experiments: readonly ExperimentFromFile[]): Problem[] {
  const first = new Map<string, string>();
  return experiments.flatMap(({ name, file }) => {
    const other = first.get(name);
    first.set(name, other ?? file);
    if (other === undefined) return [];
    if (other === file) return [{ message: `${file}: the file is given twice.` }];
    return [
      {
        message: `${file}: name "${name}" is taken by ${other}.`,
        hint: `give one of them another name, for example "name": "${name}-2".`,
      },
    ];
  });
}
