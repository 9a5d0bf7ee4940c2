import { z } from 'zod';
import type { Catalogue } from '../catalogue.js';
import { ownValue } from './own-value.js';
import { createExperimentSchema } from './schema.js';

/** The part of JSON Schema (draft 7) that zod writes for experiment files. */
export interface JsonSchema {
  readonly title?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | readonly JsonSchema[] | false;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
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

/** Returns the names that an object of this schema may have: those of stages, models or optimisers. */
export function knownNames(schema: JsonSchema | undefined): string[] {
  const names = alternativesOf(schema).map(nameOf);
  return names.filter((name) => typeof name === 'string');
}

function itemSchema(schema: JsonSchema, index: number): JsonSchema | undefined {
  const { items } = schema;
  if (!items) return undefined;
  return Array.isArray(items) ? items[index] : (items as JsonSchema);
}

function propertySchema(schema: JsonSchema, key: PropertyKey): JsonSchema | undefined {
  return ownValue(schema.properties, key) as JsonSchema | undefined;
}

function chooseAlternative(schema: JsonSchema, value: unknown): JsonSchema {
  const name = ownValue(value, 'name');
  const areNamed = knownNames(schema).length > 0;
  const chosen = alternativesOf(schema).find((alternative) =>
    areNamed ? nameOf(alternative) === name : fitsType(alternative, value),
  );
  return chosen ?? schema;
}

function alternativesOf(schema: JsonSchema | undefined): readonly JsonSchema[] {
  return schema?.oneOf ?? schema?.anyOf ?? [];
}

function nameOf(schema: JsonSchema): unknown {
  return schema.properties?.name?.const;
}

function fitsType({ type }: JsonSchema, value: unknown): boolean {
  if (Array.isArray(value)) return type === 'array';
  return type === 'integer' ? typeof value === 'number' : type === typeof value;
}
