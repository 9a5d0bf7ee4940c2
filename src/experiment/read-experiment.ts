import { type FileHandle, open } from 'node:fs/promises';
import { createProblemsError, type Problem, problemsOfFile } from '../problem.js';
import { type Catalogue, shippedCatalogue } from './catalogue.js';
import type { Experiment } from './experiment.js';
import type { Axis } from './sweep/axis.js';
import { createVariantsParser, type ParsedVariants, type Variant } from './sweep/parse-variants.js';

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
): Promise<ExperimentFromFile[]> {
  const read = await readExperimentFiles(files, { catalogue });
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
  options: { readonly catalogue?: Catalogue; readonly sets?: readonly Axis[] } = {},
): Promise<ExperimentFile[]> {
  const parse = createVariantsParser(options.catalogue ?? shippedCatalogue(), options.sets ?? []);
  const read: ExperimentFile[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const bytes = await readBytes(file);
    const parsed = 'problem' in bytes ? { problems: [bytes.problem] } : parse(bytes.bytes, file);
    if ('problems' in parsed) problems.push(...problemsOfFile(file, parsed.problems));
    else read.push(withFile(parsed, file));
  }
  problems.push(...findSharedNames(read), ...findSecondControls(read));
  if (problems.length > 0) throw createProblemsError(problems);
  return read;
}

function withFile({ experiment, variants }: ParsedVariants, file: string): ExperimentFile {
  return {
    experiment: { ...experiment, file },
    variants: variants.map((variant) => ({
      ...variant,
      experiment: { ...variant.experiment, file },
    })),
  };
}

function findSharedNames(files: readonly ExperimentFile[]): Problem[] {
  const first = new Map<string, string>();
  return files.flatMap(({ experiment, variants }) => {
    const { file } = experiment;
    const names = new Set([experiment.name, ...variants.map((variant) => variant.experiment.name)]);
    const taken = [...names].find((name) => first.has(name));
    for (const name of names) if (!first.has(name)) first.set(name, file);
    return taken === undefined ? [] : [explainSharedName(taken, file, first.get(taken))];
  });
}

function explainSharedName(name: string, file: string, other: string | undefined): Problem {
  if (other === file) return { message: `${file}: the file is given twice.` };
  return {
    message: `${file}: name "${name}" is taken by ${other}.`,
    hint: `give one of them another name, for example "name": "${name}-2".`,
  };
}

function findSecondControls(files: readonly ExperimentFile[]): Problem[] {
  const controls = files
    .map(({ experiment }) => experiment)
    .filter(({ role }) => role === 'control');
  const [first, ...more] = controls;
  return more.map(({ file }) => ({
    message: `${file}: role "control" is taken by ${first?.file}.`,
    hint: 'take "role" out of one of them; --control NAME chooses another for one run.',
  }));
}
