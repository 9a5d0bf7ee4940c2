import { type Catalogue, shippedCatalogue } from '../catalogue.js';
import type { Experiment } from './experiment.js';
import { createProblemsError, type Problem, problemsOfFile } from './problem.js';
import { readBytes } from './read-bytes.js';
import type { Axis } from './sweep/axis.js';
import { type Arm, createArmsParser, type ParsedArms } from './sweep/parse-arms.js';

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
  readonly arms: readonly ArmFromFile[];
}

export type ArmFromFile = Arm & { readonly experiment: ExperimentFromFile };

/**
 * Reads and checks all files and expands their sweeps.
 * @throws UserError with all problems of all files.
 */
export async function readExperimentFiles(
  files: readonly string[],
  options: { readonly catalogue?: Catalogue; readonly sets?: readonly Axis[] } = {},
): Promise<ExperimentFile[]> {
  const parse = createArmsParser(options.catalogue ?? shippedCatalogue(), options.sets ?? []);
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

function withFile({ experiment, arms }: ParsedArms, file: string): ExperimentFile {
  return {
    experiment: { ...experiment, file },
    arms: arms.map((arm) => ({ ...arm, experiment: { ...arm.experiment, file } })),
  };
}

function findSharedNames(files: readonly ExperimentFile[]): Problem[] {
  const first = new Map<string, string>();
  return files.flatMap(({ experiment, arms }) => {
    const { file } = experiment;
    const names = new Set([experiment.name, ...arms.map((arm) => arm.experiment.name)]);
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
