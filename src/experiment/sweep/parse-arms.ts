import { isDeepStrictEqual } from 'node:util';
import type { Catalogue } from '../catalogue.js';
import type { Experiment } from '../experiment.js';
import {
  createExperimentChecker,
  type ExperimentChecker,
  parseWritten,
} from '../parse-experiment.js';
import type { Problem } from '../problem.js';
import { applyChanges } from './apply-changes.js';
import type { Axis, Combination } from './axis.js';
import { expandSweep } from './expand-sweep.js';
import { type Change, renderChanges } from './key-path.js';

/** An experiment with one combination of the values that its sweep and the command line give. */
export interface Arm {
  readonly experiment: Experiment;
  /** Empty where the experiment is trained as it is written. */
  readonly changes: readonly Change[];
}

/** A file's own experiment and the arms that come of it. */
export interface ParsedArms {
  readonly experiment: Experiment;
  readonly arms: readonly Arm[];
}

export type ArmsParser = (
  bytes: Uint8Array,
  file: string,
) => ParsedArms | { readonly problems: readonly Problem[] };

/**
 * Creates a parser of experiment files that also expands their sweeps; each arm is checked as if a file held it.
 * @param sets The axes of `--set`.
 */
export function createArmsParser(catalogue: Catalogue, sets: readonly Axis[]): ArmsParser {
  const checker = createExperimentChecker(catalogue);
  return (bytes, file) => {
    const parsed = parseWritten(bytes, file);
    if ('problem' in parsed) return { problems: [parsed.problem] };
    const own = checker.check(parsed.value);
    if (!own.experiment) return own;
    const { experiment, sweep } = own;
    if (!sweep && sets.length === 0) return { experiment, arms: [{ experiment, changes: [] }] };
    const { sweep: _, ...written } = parsed.value as { readonly sweep?: unknown };
    const schema = withoutSweep(checker.jsonSchema());
    const combinations = expandSweep({ written, sweep, sets, schema });
    const problems = combinations.filter((one) => 'message' in one);
    if (problems.length > 0) return { problems };
    const checked = checkArms(combinations as Combination[], (combination) => {
      const applied = applyChanges(written, combination, schema);
      return 'message' in applied ? { problems: [applied] } : checker.check(applied.root);
    });
    if ('problems' in checked) return checked;
    return { experiment, arms: checked.map((arm) => withOwnPublished(arm, experiment)) };
  };
}

/** A sweep cannot change itself. */
function withoutSweep({ properties, ...schema }: ReturnType<ExperimentChecker['jsonSchema']>) {
  const { sweep: _, ...others } = properties ?? {};
  return { ...schema, properties: others };
}

function checkArms(
  combinations: readonly Combination[],
  check: (combination: Combination) => ReturnType<ExperimentChecker['check']>,
): Arm[] | { readonly problems: readonly Problem[] } {
  const arms: Arm[] = [];
  const found = new Map<string, { readonly problem: Problem; readonly arms: Combination[] }>();
  for (const combination of combinations) {
    const { experiment, problems } = check(combination);
    if (experiment) arms.push({ experiment, changes: combination });
    for (const problem of problems) {
      const known = found.get(problem.message);
      if (known) known.arms.push(combination);
      else found.set(problem.message, { problem, arms: [combination] });
    }
  }
  if (found.size === 0) return arms;
  return { problems: [...found.values()].map(({ problem, arms }) => nameArms(problem, arms)) };
}

/** Puts the first combination that has a problem before it. */
function nameArms(
  { message, hint }: Problem,
  [first = [], ...others]: readonly Combination[],
): Problem {
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const named = `with ${renderChanges(first)}${more}: ${message}`;
  return hint ? { message: named, hint } : { message: named };
}

/** What was published holds for the experiment as it is written. */
function withOwnPublished({ experiment, changes }: Arm, own: Experiment): Arm {
  const isChanged = !isDeepStrictEqual(experiment, own);
  const claims = changes.some(({ path }) => path.startsWith('published'));
  if (!isChanged || claims || !experiment.published) return { experiment, changes };
  const { published: _, ...rest } = experiment;
  return { experiment: rest, changes };
}
