import type { Problem } from '../../problem.js';
import type { JsonSchema } from '../json-schema.js';
import { expandShorthands } from '../shorthands.js';
import type { Change } from './key-path.js';
import { parseKeyPath } from './key-path.js';
import { assignAt, type OpenedPath, openPath } from './open-path.js';

/**
 * Returns an experiment as it would be written with the changes. Their order does not matter where one makes room for
 * another, as `optimizer.name` does for `optimizer.momentum`. null takes a key away, or a stage, where null is no value.
 */
export function applyChanges(
  written: unknown,
  changes: readonly Change[],
  schema: JsonSchema,
): { readonly root: unknown } | Problem {
  let root = written;
  let waiting = changes;
  while (waiting.length > 0) {
    const stuck: { readonly change: Change; readonly problem: Problem }[] = [];
    for (const change of waiting) {
      const opened = openText(root, change.path, schema);
      if ('message' in opened) stuck.push({ change, problem: opened });
      else root = expandShorthands(assignAt(opened.root, opened.path, replacement(change, opened)));
    }
    if (stuck[0] && stuck.length === waiting.length) return stuck[0].problem;
    waiting = stuck.map(({ change }) => change);
  }
  return { root: withoutRemoved(root) };
}

/** Finds the place that a path's text means. */
export function openText(root: unknown, text: string, schema: JsonSchema): OpenedPath | Problem {
  const path = parseKeyPath(text);
  if (path) return openPath(root, path, schema);
  return {
    message: `"${text}" is not the path of a key.`,
    hint: 'write training.batchSize, preprocessing[0].factor or preprocessing.random-flip.mode.',
  };
}

/** Marks what null removes: places of later items must not move yet. */
function replacement({ value }: Change, { schema }: OpenedPath): unknown {
  return value === null && !acceptsNull(schema) ? undefined : value;
}

function acceptsNull(schema: JsonSchema | undefined): boolean {
  const alternatives = schema?.anyOf ?? schema?.oneOf ?? [];
  return schema?.type === 'null' || alternatives.some(acceptsNull);
}

function withoutRemoved(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutRemoved);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutRemoved(inner)]));
}
