import { z } from 'zod';
import { trainingSchema } from '../training/recipe.js';
import { toStoredForm } from './stored-form.js';

/**
 * Experiments as results hold them: with all defaults filled in. Other than the schema of experiment files it fills in
 * nothing, knows no stages (a plug-in's are not at hand for a reader) and passes over keys of later versions.
 */
const named = z.looseObject({ name: z.string() });

/** Results from before there was another precision hold none. */
const training = z.preprocess(
  (value) => (value && typeof value === 'object' ? { precision: 'float32', ...value } : value),
  toStoredForm(trainingSchema),
);

const thresholds = z.object({
  testAccuracy: z.string().exactOptional(),
  testLoss: z.string().exactOptional(),
  trainSeconds: z.string().exactOptional(),
  imagesPerSecond: z.string().exactOptional(),
});

export const storedExperimentSchema = z.object({
  name: z.string().min(1),
  description: z.string().exactOptional(),
  role: z.literal('control').exactOptional(),
  published: z
    .object({ testAccuracy: z.number(), source: z.string().exactOptional() })
    .exactOptional(),
  dataset: z.object({
    name: z.literal('cifar10'),
    trainLimit: z.int().min(1).exactOptional(),
    testLimit: z.int().min(1).exactOptional(),
  }),
  preprocessing: z.array(named),
  resampling: z.enum(['each', 'once']),
  model: named,
  training,
  seeds: z.array(z.int().min(0)),
  thresholds: thresholds.exactOptional(),
});
