import { z } from 'zod';

/**
 * Experiments as results hold them: with all defaults filled in. Other than the schema of experiment files it fills in
 * nothing, knows no stages (a plug-in's are not at hand for a reader) and passes over keys of later versions.
 */
const named = z.looseObject({ name: z.string() });

const monitor = z.enum(['validationAccuracy', 'validationLoss', 'trainAccuracy', 'trainLoss']);

const adam = z.object({
  name: z.literal('adam'),
  learningRate: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
});

const sgd = z.object({
  name: z.literal('sgd'),
  learningRate: z.number(),
  momentum: z.number(),
});

const earlyStopping = z.object({
  monitor,
  patience: z.number(),
  minDelta: z.number(),
  restoreBestWeights: z.boolean(),
  startFromEpoch: z.number(),
  baseline: z.number().optional(),
});

const reduceLearningRateOnPlateau = z.object({
  monitor,
  factor: z.number(),
  patience: z.number(),
  cooldown: z.number(),
  minDelta: z.number(),
  minLearningRate: z.number(),
});

const training = z.object({
  epochs: z.int().min(1),
  batchSize: z.int().min(1),
  optimizer: z.discriminatedUnion('name', [adam, sgd]),
  /** Results from before there was another hold none. */
  precision: z.enum(['float32', 'mixed-bfloat16']).default('float32'),
  labelSmoothing: z.number().min(0).max(1),
  validation: z.union([z.enum(['test', 'none']), z.object({ split: z.int().min(1) })]),
  earlyStopping: earlyStopping.optional(),
  reduceLearningRateOnPlateau: reduceLearningRateOnPlateau.optional(),
});

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
