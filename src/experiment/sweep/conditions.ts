import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../json-schema.js';
import { ownValue } from '../own-value.js';
import type { Problem } from '../problem.js';
import { applyChanges, openText } from './apply-changes.js';
import type { Combination } from './axis.js';

/** Paths of keys, each with the value that it must have, or a list of such values. */
export type Condition = Readonly<Record<string, unknown>>;

/** Decides which combinations conditions are about, and remembers what was wrong with their paths. */
export interface ConditionChecker {
  matches(combination: Combination, condition: Condition): boolean;
  /** Problems of paths that no combination has: misspelt ones. A path that only some have is none. */
  problems(): Problem[];
}

/** Creates a checker for the combinations of one experiment. */
export function createConditionChecker(written: unknown, schema: JsonSchema): ConditionChecker {
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
