import { z } from 'zod';
import { trainingSchema } from '../training/recipe.js';
import type { Catalogue } from './catalogue.js';
import { sweepSchema } from './sweep/sweep-schema.js';
import { thresholdsSchema } from './thresholds.js';

/** Largest int32: seeds go to the engine as int32. */
const largestSeed = 2 ** 31 - 1;

const nameSchema = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(?:[-_]+[a-z0-9]+|\.[0-9][a-z0-9]*)*$/, {
    error:
      'must be made of small letters and digits, with "-" or "_" between words and "." only before a digit',
  })
  .describe('Names the result and its folder. Default: the name of the file.');

const publishedSchema = z
  .strictObject({
    testAccuracy: z.number().min(0).max(1).describe('Accuracy on the test images, 0 to 1.'),
    source: z.string().exactOptional().describe('Where it was published.'),
  })
  .describe('A result that others published, shown beside ours.');

// Ten classes: fewer images than that could not hold one of each.
const datasetSchema = z
  .strictObject({
    name: z.literal('cifar10').default('cifar10'),
    trainLimit: z
      .int()
      .min(10)
      .max(50_000)
      .exactOptional()
      .describe('Training images to use, balanced over the classes. Default: all 50,000.'),
    testLimit: z
      .int()
      .min(10)
      .max(10_000)
      .exactOptional()
      .describe('Test images to use, balanced over the classes. Default: all 10,000.'),
  })
  .prefault({ name: 'cifar10' })
  .describe('The images.');

const seedsSchema = z
  .array(z.int().min(0).max(largestSeed))
  .min(1)
  .max(1000)
  .refine((seeds) => new Set(seeds).size === seeds.length, {
    error: 'must all be different',
  })
  .default([0])
  .describe('The experiment is trained once for each seed.');

/** Returns the strict schema of experiment files for the given stages and models. */
export function createExperimentSchema(catalogue: Catalogue) {
  return z.strictObject({
    $schema: z.string().exactOptional().describe('The JSON Schema, for editors.'),
    name: nameSchema.exactOptional(),
    description: z.string().exactOptional().describe('What the experiment shows.'),
    role: z
      .enum(['control'])
      .exactOptional()
      .describe('"control": the table compares the other experiments with this one.'),
    published: publishedSchema.exactOptional(),
    thresholds: thresholdsSchema.exactOptional(),
    dataset: datasetSchema,
    preprocessing: z
      .array(namedUnion(catalogue.stages))
      .max(100)
      .default([])
      .describe('Stages, in the order in which they are applied.'),
    resampling: z
      .enum(['each', 'once'])
      .default('each')
      .describe(
        'Whether each geometric stage resamples (as in Keras) or neighbours share one resampling.',
      ),
    model: namedUnion(catalogue.models).describe('The network and its options.'),
    training: trainingSchema.prefault({}).describe('The recipe.'),
    sweep: sweepSchema.exactOptional(),
    seeds: seedsSchema,
  });
}

type NamedSchema = z.ZodObject<{ name: z.ZodLiteral<string> } & z.ZodRawShape>;

/** Returns the schema of one of several stages or models, told apart by name. */
export function namedUnion(definitions: readonly { readonly options: NamedSchema }[]) {
  const schemas = definitions.map((definition) => definition.options);
  return z.discriminatedUnion('name', schemas as [NamedSchema, ...NamedSchema[]]);
}
