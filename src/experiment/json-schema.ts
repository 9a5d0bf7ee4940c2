import { z } from 'zod';
import { isSameName } from '../text/nearest.js';
import type { Catalogue } from './catalogue.js';
import { createExperimentSchema } from './schema.js';
import { ownValue } from './sweep/key-path.js';

/** The part of JSON Schema (draft 7) that zod writes for experiment files. */
export interface JsonSchema {
  readonly title?: string;
  /** Stands for a part of the whole schema: "#/definitions/...". */
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  /** Names that other programs give to what comes near it: `.meta({ alsoCalled: [...] })`. */
  readonly alsoCalled?: readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | readonly JsonSchema[] | false;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** Returns the JSON Schema of experiment files; draft 7 is what editors know best. */
export function createJsonSchema(catalogue: Catalogue): JsonSchema {
  return { ...toJsonSchema(createExperimentSchema(catalogue)), title: 'A prep-lab experiment' };
}

/** Returns the JSON Schema of what one may write, so keys with a default are not required. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const options = { io: 'input', target: 'draft-7', unrepresentable: 'any' } as const;
  return z.toJSONSchema(schema, options) as JsonSchema;
}

/**
 * Returns the same schema with what its references name in their place. It may contain itself, as layers contain layers:
 * for look-ups, not for printing.
 */
export function resolveReferences(schema: JsonSchema): JsonSchema {
  const resolved = new Map<unknown, unknown>();
  const resolve = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    if (resolved.has(part)) return resolved.get(part);
    const { $ref, allOf } = part as JsonSchema;
    if ($ref !== undefined) return resolve(schema.definitions?.[$ref.split('/').at(-1) ?? '']);
    // Draft 7 has a reference stand alone, and zod wraps it where it may have company.
    if (allOf?.length === 1) return resolve(allOf[0]);
    const copy: object = Array.isArray(part) ? [] : {};
    resolved.set(part, copy);
    for (const [key, inner] of Object.entries(part)) Object.assign(copy, { [key]: resolve(inner) });
    return copy;
  };
  return resolve(schema) as JsonSchema;
}

/**
 * Returns the schema of what lies at a path, as far as the values on the way tell which one of several is meant.
 * @param value What the file holds at the root.
 */
export function findSchemaAt(
  schema: JsonSchema,
  path: readonly PropertyKey[],
  value: unknown,
): JsonSchema | undefined {
  const chosen = chooseAlternative(schema, value);
  const [key, ...rest] = path;
  if (key === undefined) return chosen;
  const next = typeof key === 'number' ? itemSchema(chosen, key) : propertySchema(chosen, key);
  return next && findSchemaAt(next, rest, ownValue(value, key));
}

/** Deeper than any key of a recipe. A schema may contain itself. */
const deepestKey = 5;

/**
 * Returns the paths of all keys that may lie in an object of this schema, whichever alternatives are chosen; the shortest
 * first, without those in arrays.
 */
export function listKeyPaths(schema: JsonSchema | undefined, depth = deepestKey): string[][] {
  if (!schema || depth === 0) return [];
  const paths = [schema, ...alternativesOf(schema)].flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, inner]) => [
      [key],
      ...listKeyPaths(inner, depth - 1).map((path) => [key, ...path]),
    ]),
  );
  return paths.sort((one, other) => one.length - other.length);
}

/** Returns the names that an object of this schema may have: those of stages, models or optimisers, types of layers. */
export function knownNames(schema: JsonSchema | undefined): string[] {
  const key = tellingKey(schema);
  const names = alternativesOf(schema).map(({ properties }) => key && properties?.[key]?.const);
  return names.filter((name) => typeof name === 'string');
}

/** Returns the alternatives that other programs call by a name. */
export function findCalled(schema: JsonSchema | undefined, name: string): JsonSchema[] {
  return alternativesOf(schema).filter(({ alsoCalled = [] }) =>
    alsoCalled.some((other) => isSameName(other, name)),
  );
}

/** Returns the key that tells the alternatives of a schema apart; nothing where their kind of value does. */
export function tellingKey(schema: JsonSchema | undefined): 'name' | 'type' | undefined {
  const alternatives = alternativesOf(schema);
  return (['name', 'type'] as const).find((key) =>
    alternatives.some(({ properties }) => typeof properties?.[key]?.const === 'string'),
  );
}

function itemSchema(schema: JsonSchema, index: number): JsonSchema | undefined {
  const { items } = schema;
  if (!items) return undefined;
  return Array.isArray(items) ? items[index] : (items as JsonSchema);
}

function propertySchema(schema: JsonSchema, key: PropertyKey): JsonSchema | undefined {
  const known = ownValue(schema.properties, key) as JsonSchema | undefined;
  return known ?? (schema.additionalProperties || undefined);
}

function chooseAlternative(schema: JsonSchema, value: unknown): JsonSchema {
  const key = tellingKey(schema);
  const [chosen = schema, ...others] = alternativesOf(schema).filter((alternative) =>
    key
      ? alternative.properties?.[key]?.const === ownValue(value, key)
      : fitsType(alternative, value),
  );
  // Several kinds of object: any of their keys may come.
  const properties = Object.assign({}, ...[chosen, ...others].map((one) => one.properties));
  return others.length > 0 ? { ...chosen, properties } : chosen;
}

function alternativesOf(schema: JsonSchema | undefined): readonly JsonSchema[] {
  return schema?.oneOf ?? schema?.anyOf ?? [];
}

function fitsType({ type }: JsonSchema, value: unknown): boolean {
  if (Array.isArray(value)) return type === 'array';
  return type === 'integer' ? typeof value === 'number' : type === typeof value;
}
