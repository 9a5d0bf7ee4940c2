import type { Catalogue } from '../catalogue.js';
import { hintForName } from '../experiment/hints.js';
import { type JsonSchema, toJsonSchema } from '../experiment/json-schema.js';
import { quote } from '../experiment/quote.js';
import { renderValues } from '../experiment/render-values.js';
import type { ModelDefinition } from '../models/model.js';
import type { StageDefinition } from '../stages/stage.js';
import { UserError } from '../user-error.js';

type Definition = StageDefinition | ModelDefinition;

/** Renders the names of all stages and models, each with its first sentence. */
export function renderCatalogue({ stages, models }: Catalogue): string {
  const width = Math.max(...[...stages, ...models].map(({ name }) => name.length));
  const renderList = (definitions: readonly Definition[]) =>
    definitions
      .map(({ name, options }) => `  ${name.padEnd(width)}  ${options.description ?? ''}\n`)
      .join('');
  return `Stages:\n${renderList(stages)}\nModels:\n${renderList(models)}`;
}

/**
 * Renders stages and models with all their options.
 * @throws UserError if there is none of a name.
 */
export function renderDefinitions(names: readonly string[], catalogue: Catalogue): string {
  const all: readonly Definition[] = [...catalogue.stages, ...catalogue.models];
  const blocks = names.map((name) => {
    const found = all.filter((definition) => definition.name === name);
    if (found.length > 0) return found.map(renderDefinition).join('\n');
    const known = all.map((definition) => definition.name);
    throw new UserError(`There is no stage or model ${quote(name)}.`, {
      ...hintForName(name, known, 'the known names are'),
    });
  });
  return blocks.join('\n');
}

function renderDefinition({ name, kind, options }: Definition): string {
  const schema = toJsonSchema(options);
  const { name: _, ...properties } = schema.properties ?? {};
  const rows = Object.entries(properties).map(([key, property]) => renderOption(key, property));
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
