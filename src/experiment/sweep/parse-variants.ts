import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../problem.js';
import type { Catalogue } from '../catalogue.js';
import type { Experiment } from '../experiment.js';
import type { FoundDatasets } from '../found-datasets.js';
import { createExperimentChecker, type ExperimentChecker } from '../parse-experiment.js';
import { listSearchPoints } from '../search/search-points.js';
import type { Search } from '../search/search-schema.js';
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
    const { search } = experiment;
    if (!sweep && !search && sets.length === 0)
      return { experiment, variants: [{ experiment, changes: [] }] };
    const { sweep: _, ...written } = expandShorthands(whole) as { readonly sweep?: unknown };
    const schema = withoutSweep(checker.jsonSchema());
    const combinations = expandSweep({ written, sweep, sets, schema });
    const problems = combinations.filter((one) => 'message' in one);
    if (problems.length > 0) return { problems };
    const all = search
      ? addSearchPoints(combinations as Combination[], search)
      : (combinations as Combination[]);
    if ('message' in all) return { problems: [all] };
    const checked = checkVariants(all, (combination) => {
      const applied = applyChanges(written, combination, schema);
      return 'message' in applied ? { problems: [applied] } : checker.check(applied.root, folder);
    });
    if ('problems' in checked) return checked;
    const variants = checked.map((variant) => withOwnPublished(variant, experiment));
    return { experiment, variants: search ? withoutFirstSearch(variants) : variants };
  };
}

/** Returns the experiment as it is written, with which a search is compared, and then its configurations. */
function addSearchPoints(
  [written = [], ...others]: readonly Combination[],
  search: Search,
): Combination[] | Problem {
  if (others.length > 0) {
    return {
      message: 'search: --set must give one value of each key.',
      hint: 'name a key with its values in search.over, or run one search after the other.',
    };
  }
  const points = listSearchPoints(search);
  if ('message' in points) return points;
  const again = written.find(({ path }) => path in search.over);
  if (again) {
    return {
      message: `search: "${again.path}" must not be set by --set too.`,
      hint: 'take it out of one of the two.',
    };
  }
  return [written, ...points.map((point) => [...written, ...point])];
}

function withoutFirstSearch([written, ...configurations]: readonly Variant[]): Variant[] {
  if (!written) return [];
  const { search: _, ...experiment } = written.experiment;
  return [{ ...written, experiment }, ...configurations];
}

/** Neither a sweep nor a search can change itself. */
function withoutSweep({ properties, ...schema }: ReturnType<ExperimentChecker['jsonSchema']>) {
  const { sweep: _, search: __, ...others } = properties ?? {};
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
