import type { Problem } from '../../problem.js';
import { findKeyPaths, hintForKey, hintForName, hintForNamed } from '../hints.js';
import { findSchemaAt, type JsonSchema } from '../json-schema.js';
import { findNamed, type KeyPath, ownValue, renderPath } from './key-path.js';

/** Returns the paths of all keys that an experiment may have, given the stages, the model and the optimiser that it has. */
function listKnownPaths(written: unknown, schema: JsonSchema, path: KeyPath = []): KeyPath[] {
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

/** A place in an experiment as it is written, with all on the way to it there. */
export interface OpenedPath {
  /** The experiment, with the defaults of what was left out on the way. */
  readonly root: unknown;
  /** Names of stages have become places. */
  readonly path: KeyPath;
  readonly schema: JsonSchema | undefined;
}

/** Finds the place that a path means; a problem where the experiment has none such. */
export function openPath(
  written: unknown,
  wanted: KeyPath,
  schema: JsonSchema,
): OpenedPath | Problem {
  let root = written;
  let path: KeyPath = [];
  for (const [index, key] of wanted.entries()) {
    if (index > 0) root = fillIn(root, path, { schema, next: key });
    const found = step(root, path, { schema, key });
    if (typeof found === 'object') return found;
    path = [...path, found];
  }
  return { root, path, schema: findSchemaAt(schema, path, root) };
}

/** Returns the root with another value at a path whose containers are there. */
export function assignAt(root: unknown, path: KeyPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = assignAt(ownValue(root, key), rest, value);
  if (Array.isArray(root)) return root.with(Number(key), inner);
  return { ...(root as object), [key]: inner };
}

interface Step {
  readonly schema: JsonSchema;
  readonly key: string | number;
}

function step(root: unknown, path: KeyPath, { schema, key }: Step): string | number | Problem {
  const container = path.reduce<unknown>(ownValue, root);
  if (Array.isArray(container)) return stepIntoArray(container, path, key);
  const place = findSchemaAt(schema, path, root);
  const known = Object.keys(place?.properties ?? {});
  if (known.includes(String(key))) return key;
  const elsewhere = [...listKnownPaths(root, schema), ...findKeyPaths(String(key), schema)];
  return {
    message: `${renderPath([...path, key])} is not a known key.`,
    ...hintForKey(String(key), known, elsewhere),
    ...hintForNamed(String(key), place),
  };
}

function stepIntoArray(
  items: readonly unknown[],
  path: KeyPath,
  key: string | number,
): number | Problem {
  if (typeof key === 'number') {
    if (key < items.length) return key;
    const count = `${items.length} item${items.length === 1 ? '' : 's'}`;
    return {
      message: `${renderPath([...path, key])} is not there: ${renderPath(path)} has ${count}.`,
    };
  }
  const [place, other] = findNamed(items, key);
  if (place === undefined) {
    const names = items.map((item) => ownValue(item, 'name')).filter((name) => name !== undefined);
    return {
      message: `${renderPath([...path, key])} is not in the experiment.`,
      ...hintForName(key, names.map(String), 'the names there are'),
    };
  }
  if (other === undefined) return place;
  return {
    message: `${renderPath([...path, key])} could be one of several.`,
    hint: `count from 0: ${renderPath([...path, place])} or ${renderPath([...path, other])}.`,
  };
}

/** Puts in what the file leaves out on the way to a key: its default, or an object for the key to stand in. */
function fillIn(
  root: unknown,
  path: KeyPath,
  { schema, next }: { readonly schema: JsonSchema; readonly next: string | number },
): unknown {
  const value = path.reduce<unknown>(ownValue, root);
  const place = findSchemaAt(schema, path, root);
  if (value === undefined) {
    const isContainer = typeof place?.default === 'object' && place.default !== null;
    return assignAt(root, path, isContainer ? place.default : {});
  }
  if (typeof value === 'object' && value !== null) return root;
  // "validation": "test" gives way to {"split": ...}.
  const around = findSchemaAt(schema, path.slice(0, -1), root);
  const whole = around?.properties?.[String(path.at(-1))];
  const takesKey = whole?.anyOf?.some(({ properties = {} }) => String(next) in properties);
  return takesKey ? assignAt(root, path, {}) : root;
}
