import { createProblemsError, type Problem, problemsOfFile } from '../problem.js';
import { type Progress, silentProgress } from '../progress.js';
import { type Catalogue, shippedCatalogue } from './catalogue.js';
import { createFoundDatasets, type FoundDatasets } from './found-datasets.js';
import type { Axis } from './sweep/axis.js';
import { createVariantsParser, type ParsedVariants } from './sweep/parse-variants.js';

/** An experiment as it is written, or why it cannot be read, and what errors call it: its file or its place in a list. */
export interface ExperimentSource {
  readonly label: string;
  readonly text: { readonly value: unknown } | { readonly problem: Problem };
  /** Where its relative paths begin; without, in the working folder. */
  readonly folder?: string;
}

type ParsedSource = ParsedVariants & Pick<ExperimentSource, 'label'>;

export interface ParseOptions {
  readonly catalogue?: Catalogue;
  /** The axes of `--set`. */
  readonly sets?: readonly Axis[];
  /** What was read of users' own images. */
  readonly datasets?: FoundDatasets;
}

/**
 * Does the same as {@link parseSources} and reads the images of the users' own that the experiments name.
 * @throws UserError also (data) if images cannot be used
 */
export async function parseSourcesWithData(
  sources: readonly ExperimentSource[],
  { progress = silentProgress, ...options }: ParseOptions & { readonly progress?: Progress } = {},
): Promise<ParsedSource[]> {
  const datasets = createFoundDatasets();
  const parsed = parseSources(sources, { ...options, datasets });
  // Mistakes in the files were told before an image was read; with the images the rest can be checked.
  const hasRead = await datasets.readMissing(progress);
  return hasRead ? parseSources(sources, { ...options, datasets }) : parsed;
}

/**
 * Checks experiments that are to be trained together and expands their sweeps.
 * @throws UserError with all problems of all experiments.
 */
function parseSources(
  sources: readonly ExperimentSource[],
  options: ParseOptions = {},
): ParsedSource[] {
  const { catalogue = shippedCatalogue(), sets = [], datasets } = options;
  const parse = createVariantsParser(catalogue, sets, datasets);
  const all: ParsedSource[] = [];
  const problems: Problem[] = [];
  for (const { label, text, folder } of sources) {
    const parsed = 'problem' in text ? { problems: [text.problem] } : parse(text.value, folder);
    if ('problems' in parsed) problems.push(...problemsOfFile(label, parsed.problems));
    else all.push({ label, ...parsed });
  }
  problems.push(...findSharedNames(all), ...findSecondControls(all));
  if (problems.length > 0) throw createProblemsError(problems);
  return all;
}

function findSharedNames(sources: readonly ParsedSource[]): Problem[] {
  const first = new Map<string, string>();
  return sources.flatMap(({ label, experiment, variants }) => {
    const names = new Set([experiment.name, ...variants.map((variant) => variant.experiment.name)]);
    const taken = [...names].find((name) => first.has(name));
    for (const name of names) if (!first.has(name)) first.set(name, label);
    return taken === undefined ? [] : [explainSharedName(taken, label, first.get(taken))];
  });
}

function explainSharedName(name: string, label: string, other: string | undefined): Problem {
  if (other === label) return { message: `${label}: the file is given twice.` };
  return {
    message: `${label}: name "${name}" is taken by ${other}.`,
    hint: `give one of them another name, for example "name": "${name}-2".`,
  };
}

function findSecondControls(sources: readonly ParsedSource[]): Problem[] {
  const [first, ...more] = sources.filter(({ experiment }) => experiment.role === 'control');
  return more.map(({ label }) => ({
    message: `${label}: role "control" is taken by ${first?.label}.`,
    hint: 'take "role" out of one of them; --control NAME chooses another for one run.',
  }));
}
