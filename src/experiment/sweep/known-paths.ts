import { renderPath } from '../explain-issue.js';
import { hintForName, type MaybeHint } from '../hints.js';
import { findSchemaAt, type JsonSchema } from '../json-schema.js';
import { findNearest } from '../nearest.js';
import { ownValue } from '../own-value.js';
import type { KeyPath } from './key-path.js';

/** Hints at the key beside the place that was meant, else at a key of that name elsewhere, else at all beside it. */
export function hintForKey(
  given: string,
  known: readonly string[],
  elsewhere: readonly KeyPath[],
): MaybeHint {
  if (findNearest(given, known)) return hintForName(given, known, '');
  const names = elsewhere.map((path) => String(path.at(-1)));
  const nearest = names.includes(given) ? given : findNearest(given, names);
  const path = elsewhere.find((candidate) => candidate.at(-1) === nearest);
  if (path) return { hint: `did you mean "${renderPath(path)}"?` };
  return hintForName(given, known, 'the known keys are');
}

/** Returns the paths of all keys that an experiment may have, given the stages, the model and the optimiser that it has. */
export function listKnownPaths(
  written: unknown,
  schema: JsonSchema,
  path: KeyPath = [],
): KeyPath[] {
  const value = written ?? schema.default;
  const place = findSchemaAt(schema, [], value);
  const keys: KeyPath = Array.isArray(value)
    ? [...value.keys()]
    : Object.keys(place?.properties ?? {});
  return keys.flatMap((key) => {
    const inner = [...path, key];
    const next = typeof key === 'number' ? place?.items : place?.properties?.[key];
    const deeper =
      next && !Array.isArray(next)
        ? listKnownPaths(ownValue(value, key), next as JsonSchema, inner)
        : [];
    return typeof key === 'string' ? [inner, ...deeper] : deeper;
  });
}
