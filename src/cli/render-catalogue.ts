import type { Catalogue } from '../experiment/catalogue.js';
import { hintForMeaning, hintForName, renderValues } from '../experiment/hints.js';
import {
  createJsonSchema,
  findSchemaAt,
  type JsonSchema,
  resolveReferences,
  toJsonSchema,
} from '../experiment/json-schema.js';
import type { ModelDefinition } from '../models/model.js';
import { quote } from '../text/quote.js';
import { UserError } from '../user-error.js';

/** A stage, a model, or what a model's options may list. */
interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly options: Parameters<typeof toJsonSchema>[0];
}

/** Renders the names of all stages and models, and of what models may list, each with its first sentence. */
export function renderCatalogue({ stages, models }: Catalogue): string {
  const withParts = models.filter(({ parts }) => parts);
  const lists: readonly (readonly [title: string, entries: readonly Entry[]])[] = [
    ['Stages', stages],
    ['Models', models],
    ...withParts.map(
      (model) => [`Parts of the model ${quote(model.name)}`, listParts(model)] as const,
    ),
  ];
  const width = Math.max(...lists.flatMap(([, entries]) => entries.map(({ name }) => name.length)));
  const renderEntry = ({ name, options }: Entry) =>
    `  ${name.padEnd(width)}  ${options.description ?? ''}\n`;
  return lists
    .map(([title, entries]) => `${title}:\n${entries.map(renderEntry).join('')}`)
    .join('\n');
}

function listParts({ name: model, parts = [] }: ModelDefinition): Entry[] {
  return parts.map(({ type, options }) => ({
    name: type,
    kind: `part of ${quote(model)}`,
    options,
  }));
}

/**
 * Renders stages, models and what models may list, with all their options.
 * @throws UserError if there is none of a name.
 */
export function renderDefinitions(names: readonly string[], catalogue: Catalogue): string {
  return findEntries(names, catalogue).map(renderDefinition).join('\n');
}

/**
 * Returns what is known of stages, models and what models may list, of all of them without names: for programs.
 * @throws UserError if there is none of a name.
 */
export function describeCatalogue(names: readonly string[], catalogue: Catalogue) {
  const entries = names.length > 0 ? findEntries(names, catalogue) : listEntries(catalogue);
  return {
    definitions: entries.map(({ name, kind, options }) => {
      const { description = '', ...schema } = toJsonSchema(options);
      return { name, kind, description, schema };
    }),
  };
}

function listEntries({ stages, models }: Catalogue): readonly Entry[] {
  return [...stages, ...models, ...models.flatMap(listParts)];
}

function findEntries(names: readonly string[], catalogue: Catalogue): readonly Entry[] {
  const all = listEntries(catalogue);
  return names.flatMap((name) => {
    const found = all.filter((definition) => definition.name === name);
    if (found.length > 0) return found;
    const known = all.map((definition) => definition.name);
    const schema = resolveReferences(createJsonSchema(catalogue));
    throw new UserError(`There is no stage or model ${quote(name)}.`, {
      ...hintForName(name, known, 'the known names are'),
      ...hintForMeaning(name, findSchemaAt(schema, ['preprocessing', 0], undefined)),
    });
  });
}

function renderDefinition({ name, kind, options }: Entry): string {
  const schema = resolveReferences(toJsonSchema(options));
  const chosen = Object.entries(schema.properties ?? {}).filter(
    ([, property]) => property.const === undefined,
  );
  const rows = chosen.map(([key, property]) => renderOption(key, property));
  const examples = (schema.examples ?? []).map((example) => `  ${JSON.stringify(example)}\n`);
  return [
    `${name} (${kind}): ${schema.description ?? ''}\n`,
    ...(rows.length > 0 ? ['\nOptions:\n', ...rows] : []),
    ...(examples.length > 0 ? [`\nExample${examples.length > 1 ? 's' : ''}:\n`, ...examples] : []),
  ].join('');
}

function renderOption(key: string, schema: JsonSchema): string {
  const values = renderValues(schema);
  const end = schema.default === undefined ? '' : `; default ${JSON.stringify(schema.default)}`;
  const description = schema.description ? `\n      ${schema.description}` : '';
  return `  ${key}: ${values}${end}${description}\n`;
}
