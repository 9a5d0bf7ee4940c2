import type { JsonSchema } from '../json-schema.js';
import type { Problem } from '../problem.js';
import { type Axis, type Combination, combine, readAxes } from './axis.js';
import { type ConditionChecker, createConditionChecker } from './conditions.js';
import type { Sweep } from './sweep-schema.js';

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
