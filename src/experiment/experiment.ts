import { z } from 'zod';
import { corruptionsSchema } from '../corruptions/selection.js';
import { datasetSchema } from '../datasets/dataset-options.js';
import { countLimited } from '../datasets/facts.js';
import type { DeepReadonly } from '../deep-readonly.js';
import { trainingSchema } from '../training/recipe.js';
import { raceSchema } from './race.js';
import { searchSchema } from './search/search-schema.js';
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

const seedsSchema = z
  .array(z.int().min(0).max(largestSeed))
  .min(1)
  .max(1000)
  .refine((seeds) => new Set(seeds).size === seeds.length, {
    error: 'must all be different',
  })
  .default([0])
  .describe('The experiment is trained once for each seed.')
  .meta({ examples: [[0, 1, 2]] });

const namedSchema = z.looseObject({ name: z.string() });

/** A stage or model as experiment files write it: its name and its options. */
export type NamedOptions = DeepReadonly<z.output<typeof namedSchema>>;

export type StageOptions = NamedOptions;
export type ModelOptions = NamedOptions;

const evaluationSchema = z
  .strictObject({ corruptions: corruptionsSchema })
  .describe('What the trained network is judged on beside the test images.');

/** An experiment, whatever stages and models there are. docs/experiment-files.md explains each key. */
export const experimentSchema = z.object({
  name: nameSchema,
  description: z.string().exactOptional().describe('What the experiment shows.'),
  role: z
    .enum(['control'])
    .exactOptional()
    .describe('"control": the table compares the other experiments with this one.'),
  published: publishedSchema.exactOptional(),
  tunedOn: z
    .enum(['test'])
    .exactOptional()
    .describe(
      '"test": whoever made the recipe chose its settings by the test images; a note below the table says so.',
    ),
  thresholds: thresholdsSchema.exactOptional(),
  dataset: datasetSchema,
  preprocessing: z.array(namedSchema),
  resampling: z
    .enum(['each', 'once'])
    .default('each')
    .describe(
      'Whether each geometric stage resamples (as in Keras) or neighbours share one resampling.',
    ),
  model: namedSchema,
  training: trainingSchema.prefault({}).describe('The recipe.'),
  evaluation: evaluationSchema.exactOptional(),
  seeds: seedsSchema,
  race: raceSchema.exactOptional(),
  search: searchSchema.exactOptional(),
});

/** An experiment file with all defaults filled in. */
export type Experiment = DeepReadonly<z.output<typeof experimentSchema>>;

/** Returns how many images an experiment trains on: those that validate are not among them. */
export function countTrained({ dataset, training: { validation } }: Experiment): number {
  const kept = typeof validation === 'string' ? 0 : validation.split;
  return countLimited(dataset).train - kept;
}
