import { z } from 'zod';
import { stageSchema } from '../stages/list.js';
import type { Catalogue } from './catalogue.js';
import { experimentSchema } from './experiment.js';
import { sweepSchema } from './sweep/sweep-schema.js';

/** Returns the strict schema of experiment files for the given stages and models. */
export function createExperimentSchema(catalogue: Catalogue) {
  const { name, seeds, ...keys } = experimentSchema.shape;
  return z.strictObject({
    $schema: z.string().exactOptional().describe('The JSON Schema, for editors.'),
    name: name.exactOptional(),
    ...keys,
    preprocessing: z
      .array(stageSchema(catalogue.stages))
      .max(100)
      .default([])
      .describe('Stages, in the order in which they are applied.'),
    model: namedUnion(catalogue.models).describe('The network and its options.'),
    sweep: sweepSchema.exactOptional(),
    seeds,
  });
}

type NamedSchema = z.ZodObject<{ name: z.ZodLiteral<string> } & z.ZodRawShape>;

/** Returns the schema of one of several models, told apart by name. */
function namedUnion(definitions: readonly { readonly options: NamedSchema }[]) {
  const schemas = definitions.map((definition) => definition.options);
  return z.discriminatedUnion('name', schemas as [NamedSchema, ...NamedSchema[]]);
}
