import { isOfFiles } from '../datasets/dataset-options.js';
import { createProblemsError, type Problem } from '../problem.js';
import { type Catalogue, shippedCatalogue } from './catalogue.js';
import { checkAcrossKeys, checkShapes } from './cross-checks.js';
import type { Experiment } from './experiment.js';
import { nameAfter } from './experiment-text.js';
import { explainIssues } from './explain-issue.js';
import { attachFound, type FoundDatasets, noneFound } from './found-datasets.js';
import { createJsonSchema, type JsonSchema, resolveReferences } from './json-schema.js';
import { createExperimentSchema } from './schema.js';
import { countSplit, expandShorthands } from './shorthands.js';
import type { Sweep } from './sweep/sweep-schema.js';
import { unnamed, type WrittenExperiment } from './written-experiment.js';

type ParsedExperiment =
  | {
      readonly experiment: Experiment;
      readonly sweep?: Sweep | undefined;
      readonly problems: readonly [];
    }
  | { readonly experiment?: undefined; readonly problems: readonly Problem[] };

/** Checks experiments as they are written and fills in all defaults. */
export interface ExperimentChecker {
  /** @param folder Where relative paths begin. */
  check(written: unknown, folder?: string): ParsedExperiment;
  /** With all references resolved. */
  jsonSchema(): JsonSchema;
}

/**
 * Creates a checker for one catalogue: the schemas are made once, the JSON Schema only when something needs it.
 * @param datasets What was read of users' own images. Without, a file must say itself what was found.
 */
export function createExperimentChecker(
  catalogue: Catalogue,
  datasets: FoundDatasets = noneFound,
): ExperimentChecker {
  const schema = createExperimentSchema(catalogue);
  let known: JsonSchema | undefined;
  const jsonSchema = () => {
    known ??= resolveReferences(createJsonSchema(catalogue));
    return known;
  };
  const check = (written: unknown, folder = '.'): ParsedExperiment => {
    const located = attachFound(expandShorthands(written), { datasets, folder });
    const root = countSplit(located.root, located.trainCount);
    const checked = schema.safeParse(root);
    if (!checked.success) {
      return { problems: explainIssues(checked.error.issues, { root, schema: jsonSchema() }) };
    }
    const { $schema: _, sweep, ...rest } = checked.data;
    // The schema cannot tell which stages and models plug-ins bring: their options stay unknown to the types.
    const experiment = rest as unknown as Experiment;
    const problems = located.problem ? [located.problem] : checkFacts(experiment, catalogue);
    if (sweep && experiment.search) problems.push(sweepBesideSearch);
    return problems.length > 0 ? { problems } : { experiment, sweep, problems: [] };
  };
  return { check, jsonSchema };
}

const sweepBesideSearch: Problem = {
  message: 'sweep must not stand beside search.',
  hint: 'a sweep trains all of its combinations, a search those that look best: take one of the two out.',
};

/** What only the data set tells; of one that is still to be read nothing is known. */
function checkFacts(experiment: Experiment, catalogue: Catalogue): Problem[] {
  const { dataset } = experiment;
  if (isOfFiles(dataset) && !dataset.found) return [];
  return [...checkAcrossKeys(experiment), ...checkShapes(experiment, catalogue)];
}

/**
 * Checks an experiment as a file would write it and fills in all defaults. Its sweep is checked too, but not expanded.
 * @param written Is called "experiment" where it has no name.
 * @param catalogue Stages and models that it may name beside those that prep-lab ships.
 * @throws UserError with all problems, each with its path.
 */
export function parseExperiment(written: WrittenExperiment): Experiment;
export function parseExperiment(written: unknown, catalogue: Catalogue): Experiment;
export function parseExperiment(written: unknown, catalogue = shippedCatalogue()): Experiment {
  const { check } = createExperimentChecker(catalogue);
  const { experiment, problems } = check(nameAfter(written, unnamed));
  if (!experiment) throw createProblemsError(problems);
  return experiment;
}
