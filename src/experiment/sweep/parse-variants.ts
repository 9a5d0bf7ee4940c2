import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../problem.js';
import type { Catalogue } from '../catalogue.js';
import type { Experiment } from '../experiment.js';
import type { FoundDatasets } from '../found-datasets.js';
import { createExperimentChecker, type ExperimentChecker } from '../parse-experiment.js';
import { expandShorthands } from '../shorthands.js';
import { applyChanges } from './apply-changes.js';
import type { Axis, Combination } from './axis.js';
import { expandSweep } from './expand-sweep.js';
import { type Change, renderChanges } from './key-path.js';

/** An experiment with one combination of the values that its sweep and the command line give. */
export interface Variant {
  readonly experiment: Experiment;
  /** Empty where the experiment is trained as it is written. */
  readonly changes: readonly Change[];
}

/** A file's own experiment and the variants that come of it. */
export interface ParsedVariants {
  readonly experiment: Experiment;
  readonly variants: readonly Variant[];
}

/** Parses an experiment as it is written, and named. */
export type VariantsParser = (
  written: unknown,
  folder?: string,
) => ParsedVariants | { readonly problems: readonly Problem[] };

/**
 * Creates a parser of experiments that also expands their sweeps; each variant is checked as if a file held it.
 * @param sets The axes of `--set`.
 */
export function createVariantsParser(
  catalogue: Catalogue,
  sets: readonly Axis[],
  datasets?: FoundDatasets,
): VariantsParser {
  const checker = createExperimentChecker(catalogue, datasets);
  return (whole, folder) => {
    const own = checker.check(whole, folder);
    if (!own.experiment) return own;
    const { experiment, sweep } = own;
    if (!sweep && sets.length === 0) return { experiment, variants: [{ experiment, changes: [] }] };
    const { sweep: _, ...written } = expandShorthands(whole) as { readonly sweep?: unknown };
    const schema = withoutSweep(checker.jsonSchema());
    const combinations = expandSweep({ written, sweep, sets, schema });
    const problems = combinations.filter((one) => 'message' in one);
    if (problems.length > 0) return { problems };
    const checked = checkVariants(combinations as Combination[], (combination) => {
      const applied = applyChanges(written, combination, schema);
      return 'message' in applied ? { problems: [applied] } : checker.check(applied.root, folder);
    });
    if ('problems' in checked) return checked;
    return {
      experiment,
      variants: checked.map((variant) => withOwnPublished(variant, experiment)),
    };
  };
}

/** A sweep cannot change itself. */
function withoutSweep({ properties, ...schema }: ReturnType<ExperimentChecker['jsonSchema']>) {
  const { sweep: _, ...others } = properties ?? {};
  return { ...schema, properties: others };
}

function checkVariants(
  combinations: readonly Combination[],
  check: (combination: Combination) => ReturnType<ExperimentChecker['check']>,
): Variant[] | { readonly problems: readonly Problem[] } {
  const variants: Variant[] = [];
  const found = new Map<
    string,
    { readonly problem: Problem; readonly combinations: Combination[] }
  >();
  for (const combination of combinations) {
    const { experiment, problems } = check(combination);
    if (experiment) variants.push({ experiment, changes: combination });
    for (const problem of problems) {
      const known = found.get(problem.message);
      if (known) known.combinations.push(combination);
      else found.set(problem.message, { problem, combinations: [combination] });
    }
  }
  if (found.size === 0) return variants;
  return {
    problems: [...found.values()].map(({ problem, combinations }) =>
      nameCombinations(problem, combinations),
    ),
  };
}

/** Puts the first combination that has a problem before it. */
function nameCombinations(
  { message, hint }: Problem,
  [first = [], ...others]: readonly Combination[],
): Problem {
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const named = `with ${renderChanges(first)}${more}: ${message}`;
  return hint ? { message: named, hint } : { message: named };
}

/** What was published holds for the experiment as it is written. */
function withOwnPublished({ experiment, changes }: Variant, own: Experiment): Variant {
  const isChanged = !isDeepStrictEqual(experiment, own);
  const claims = changes.some(({ path }) => path.startsWith('published'));
  if (!isChanged || claims || !experiment.published) return { experiment, changes };
  const { published: _, ...rest } = experiment;
  return { experiment: rest, changes };
}
