import { isDeepStrictEqual } from 'node:util';
import { type Catalogue, findModel, findStage } from './catalogue.js';
import type { NamedOptions } from './experiment.js';

/** A stage's or model's options schema, as far as needed to learn its defaults. */
interface OptionsSchema {
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] };
  };
}

/** Returns the name and the options that differ from their defaults: what one would write in a file. */
export function omitDefaults(options: NamedOptions, schema: OptionsSchema): NamedOptions {
  const kept = Object.keys(options).filter((key) => !isDefault(options, key, schema));
  const entries = kept.map((key) => [key, options[key]]);
  return { name: options.name, ...Object.fromEntries(entries) };
}

/** Renders a pipeline in short: "minmax, random-flip, random-rotation 0.1"; "none" where it is empty. */
export function renderPipeline(
  preprocessing: readonly NamedOptions[],
  catalogue: Catalogue,
): string {
  const stages = preprocessing.map((options) =>
    renderNamed(options, findStage(catalogue, options).options),
  );
  return stages.join(', ') || 'none';
}

/** Renders a model in short: in its own words, or as its name and what was chosen. */
export function renderModel(options: NamedOptions, catalogue: Catalogue): string {
  const definition = findModel(catalogue, options);
  const given = options as Parameters<typeof definition.create>[0];
  return definition.summarise?.(given) ?? renderNamed(options, definition.options);
}

/** Renders a name with what was chosen: bare where the option must be given, with its key where it has a default. */
export function renderNamed(options: NamedOptions, schema: OptionsSchema): string {
  const { name, ...chosen } = omitDefaults(options, schema);
  const parts = Object.entries(chosen).map(([key, value]) => {
    const text = renderValue(value);
    return isRequired(options, key, schema) ? text : `${key} ${text}`;
  });
  return [name, ...parts].join(' ');
}

/** Renders an option's value: stages within a stage by their names alone. */
function renderValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.length === 0 || !value.every(isNamed)) {
    return JSON.stringify(value);
  }
  return `(${value.map(({ name }) => name).join(', ')})`;
}

function isNamed(value: unknown): value is NamedOptions {
  return typeof value === 'object' && value !== null && 'name' in value;
}

/** Without an option that has a default another one may be refused, as Nesterov's momentum without momentum is. */
function isRequired(options: NamedOptions, key: string, schema: OptionsSchema): boolean {
  const { error } = schema.safeParse(without(options, key));
  return error?.issues.some(({ path }) => path[0] === key) ?? false;
}

function isDefault(options: NamedOptions, key: string, schema: OptionsSchema): boolean {
  const { success, data } = schema.safeParse(without(options, key));
  return success && isDeepStrictEqual((data as NamedOptions)[key], options[key]);
}

function without(options: NamedOptions, key: string): Record<string, unknown> {
  const { [key]: _, ...rest } = options;
  return rest;
}
