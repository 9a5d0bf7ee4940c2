import type { Catalogue } from './catalogue.js';
import { createJsonSchema, type JsonSchema, resolveReferences } from './json-schema.js';
import { type KeyPath, ownValue } from './sweep/key-path.js';
import { assignAt } from './sweep/open-path.js';

/** As many as the seeds that an experiment may list. */
const mostSeeds = 1000;

/** What of `training` has a name, and may be written by it alone. */
const namedParts = ['optimizer', 'schedule', 'average'] as const;

/**
 * Returns an experiment as it is written in full: `"minmax"` is `{"name": "minmax"}`, also for a model and {@link namedParts}, and
 * `"seeds": 3` is `[0, 1, 2]`. What is neither stays as it is, for the schema to tell.
 */
export function expandShorthands(written: unknown): unknown {
  const changes: readonly (readonly [KeyPath, (value: unknown) => unknown])[] = [
    [['preprocessing'], (stages) => (Array.isArray(stages) ? stages.map(expandName) : stages)],
    [['model'], expandName],
    ...namedParts.map((part) => [['training', part], expandName] as const),
    [['seeds'], expandCount],
  ];
  return changes.reduce((root, [path, change]) => changeAt(root, path, change), written);
}

function expandName(value: unknown): unknown {
  return typeof value === 'string' ? { name: value } : value;
}

function expandCount(seeds: unknown): unknown {
  const isCount =
    typeof seeds === 'number' && Number.isInteger(seeds) && seeds >= 1 && seeds <= mostSeeds;
  return isCount ? Array.from({ length: seeds }, (_, seed) => seed) : seeds;
}

/**
 * Returns an experiment with the share of its training images that validate, such as 0.1, as their number.
 * @param trainCount Training images of its data set.
 */
export function countSplit(written: unknown, trainCount: number): unknown {
  return changeAt(written, ['training', 'validation', 'split'], (share) => {
    if (typeof share !== 'number' || share <= 0 || share >= 1) return share;
    const limit = ownValue(ownValue(written, 'dataset'), 'trainLimit');
    const available = typeof limit === 'number' ? limit : trainCount;
    return Math.max(1, Math.round(share * available));
  });
}

/** Changes a value that is there; what is not there stays so. */
function changeAt(root: unknown, path: KeyPath, change: (value: unknown) => unknown): unknown {
  const value = path.reduce<unknown>(ownValue, root);
  if (value === undefined) return root;
  const changed = change(value);
  return changed === value ? root : assignAt(root, path, changed);
}

/** Returns the JSON Schema for editors: of all that a file may hold, in full or in short. */
export function createEditorSchema(catalogue: Catalogue): JsonSchema {
  const whole = createJsonSchema(catalogue);
  const resolved = resolveReferences(whole);
  const training: KeyPath = ['training', 'properties'];
  const changes: readonly (readonly [KeyPath, Shortened])[] = [
    [['preprocessing', 'items'], withNames],
    [['model'], withNames],
    ...namedParts.map((part) => [[...training, part], withNames] as const),
    [[...training, 'validation', 'anyOf', 1, 'properties', 'split'], withShare],
    [['seeds'], withCount],
  ];
  const schema = changes.reduce<unknown>((root, [path, change]) => {
    const place: KeyPath = ['properties', ...path];
    const seen = place.reduce<unknown>(ownValue, resolved) as JsonSchema;
    return changeAt(root, place, (part) => change(part as JsonSchema, seen));
  }, whole);
  // What only hints need: validators know no such keyword.
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'alsoCalled' ? undefined : value)),
  );
}

/** Adds the short form to a part of the schema, which is also given with what its references name in their place. */
type Shortened = (schema: JsonSchema, resolved: JsonSchema) => JsonSchema;

/** Adds the names of those that need no option. */
function withNames(
  { default: value, description, ...schema }: JsonSchema,
  { oneOf = [] }: JsonSchema,
): JsonSchema {
  const names = oneOf
    .filter(({ required }) => required?.length === 1)
    .map(({ properties }) => properties?.name?.const);
  const alone = { type: 'string', enum: names, description: 'The name alone: all defaults.' };
  return {
    ...(value !== undefined && { default: value }),
    ...(description && { description }),
    anyOf: [alone, schema],
  };
}

function withCount({ default: value, description, ...list }: JsonSchema): JsonSchema {
  const count = {
    type: 'integer',
    minimum: 1,
    maximum: mostSeeds,
    description: 'How many: 3 means the seeds 0, 1 and 2.',
  };
  return { default: value, ...(description && { description }), anyOf: [count, list] };
}

function withShare({ description, ...number }: JsonSchema): JsonSchema {
  const share = {
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'Their share of the training images.',
  };
  return { ...(description && { description }), anyOf: [number, share] };
}
