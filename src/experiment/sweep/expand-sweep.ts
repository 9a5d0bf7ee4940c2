import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../problem.js';
import type { JsonSchema } from '../json-schema.js';
import { applyChanges, openText } from './apply-changes.js';
import { type Axis, type Combination, combine, readAxes } from './axis.js';
import { ownValue } from './key-path.js';
import type { Sweep } from './sweep-schema.js';

/** Paths of keys, each with the value that it must have, or a list of such values. */
type Condition = Readonly<Record<string, unknown>>;

/** Decides which combinations conditions are about, and remembers what was wrong with their paths. */
interface ConditionChecker {
  matches(combination: Combination, condition: Condition): boolean;
  /** Problems of paths that no combination has: misspelt ones. A path that only some have is none. */
  problems(): Problem[];
}

/** Creates a checker for the combinations of one experiment. */
function createConditionChecker(written: unknown, schema: JsonSchema): ConditionChecker {
  const found = new Set<string>();
  const problems = new Map<string, Problem>();

  const hasValue = (root: unknown, path: string, wanted: unknown): boolean => {
    const opened = openText(root, path, schema);
    if ('message' in opened) {
      problems.set(path, opened);
      return false;
    }
    found.add(path);
    const value = opened.path.reduce<unknown>(ownValue, opened.root);
    const actual = value ?? opened.schema?.default ?? null;
    const choices = Array.isArray(wanted) ? wanted : [wanted];
    return choices.some((choice) => isDeepStrictEqual(choice, actual));
  };

  return {
    matches(combination, condition) {
      const applied = applyChanges(written, combination, schema);
      // What is wrong with the combination itself is told where it is read.
      if ('message' in applied) return false;
      // Each key is looked at, so that a misspelt one is found behind one that does not match.
      const results = Object.entries(condition).map(([path, wanted]) =>
        hasValue(applied.root, path, wanted),
      );
      return results.every(Boolean);
    },
    problems: () =>
      [...problems].filter(([path]) => !found.has(path)).map(([, problem]) => problem),
  };
}

/** What the combinations of one file come from. */
export interface SweepSource {
  /** The experiment as its file holds it, without the sweep. */
  readonly written: unknown;
  readonly sweep: Sweep | undefined;
  /** Of `--set`; they take the place of the file's axes of the same path. */
  readonly sets: readonly Axis[];
  readonly schema: JsonSchema;
}

/** Returns the combinations that a file and the command line ask for: one without changes where they ask for none. */
export function expandSweep(source: SweepSource): Combination[] | Problem[] {
  const { sweep, sets, schema, written } = source;
  const own = readAxes(sweep?.set ?? {});
  if ('message' in own) return [own];
  const axes = [...own.filter((axis) => !isSet(axis, sets)), ...sets];
  const all = combine([[]], axes);
  if ('message' in all) return [all];
  if (!sweep) return all;
  const checker = createConditionChecker(written, schema);
  const extended = extend(all, source, checker);
  if ('message' in extended) return [extended];
  const kept = extended.filter(
    (combination) => !sweep.exclude.some((condition) => checker.matches(combination, condition)),
  );
  const problems = checker.problems();
  if (problems.length > 0) return problems.map(asSweepProblem);
  return kept.length > 0 ? kept : [{ message: 'sweep.exclude leaves no combination.' }];
}

/** Multiplies the combinations that a rule is about by the rule's own axes, rule after rule. */
function extend(
  combinations: readonly Combination[],
  { sweep, sets }: SweepSource,
  checker: ConditionChecker,
): Combination[] | Problem {
  let extended = [...combinations];
  for (const { if: condition, set } of sweep?.when ?? []) {
    const axes = readAxes(set);
    if ('message' in axes) return axes;
    const open = axes.filter((axis) => !isSet(axis, sets));
    const next: Combination[] = [];
    for (const combination of extended) {
      const more = checker.matches(combination, condition)
        ? combine([combination], open)
        : [combination];
      if ('message' in more) return more;
      next.push(...more);
    }
    const limited = combine(next, []);
    if ('message' in limited) return limited;
    extended = limited;
  }
  return extended;
}

function isSet({ path }: Axis, sets: readonly Axis[]): boolean {
  return sets.some((axis) => axis.path === path);
}

function asSweepProblem(problem: Problem): Problem {
  return { ...problem, message: `sweep: ${problem.message}` };
}
