import { z } from 'zod';
import { mostImages } from '../datasets/dataset-options.js';
import type { DeepReadonly } from '../deep-readonly.js';
import { earlyStoppingSchema } from './early-stopping.js';
import { gradientClippingSchema } from './gradient-clipping.js';
import { optimizerSchema } from './optimizers/list.js';
import { parameterGroupSchema } from './parameter-groups.js';
import { plateauSchema } from './reduce-learning-rate-on-plateau.js';
import { scheduleSchema } from './schedule.js';
import { testViewsSchema } from './views.js';
import { weightAverageSchema } from './weight-average.js';

/** Whatever the data set: no step has more images. */
const mostInBatch = 50_000;

const validation = z
  .union([
    z.enum(['test', 'none']),
    z.strictObject({
      split: z.int().min(1).max(mostImages).describe('Training images kept back for validation.'),
    }),
  ])
  .meta({ examples: [{ split: 0.1 }] });

/** The `training` part of an experiment file: how a model is trained. */
export const trainingSchema = z.strictObject({
  epochs: z
    .number()
    .positive()
    .max(100_000)
    .default(10)
    .describe('Passes over the training images; 9.5 ends in the middle of the tenth.'),
  batchSize: z.int().min(1).max(mostInBatch).default(64).describe('Images in one training step.'),
  dropLast: z
    .boolean()
    .exactOptional()
    .describe('Whether the images that fill no batch are left out of an epoch. Default: false.'),
  optimizer: optimizerSchema.prefault({ name: 'adam' }).describe('How the weights are updated.'),
  groups: z
    .array(parameterGroupSchema)
    .max(100)
    .exactOptional()
    .describe('Weights that are trained in another way; the first that matches a weight counts.'),
  schedule: scheduleSchema
    .exactOptional()
    .describe('How the learning rate changes from step to step. Default: not at all.'),
  average: weightAverageSchema
    .exactOptional()
    .describe('A moving average of the weights, which the training ends with.'),
  gradientClipping: gradientClippingSchema
    .exactOptional()
    .describe('Shortens long gradients before each step.'),
  precision: z
    .enum(['float32', 'mixed-bfloat16'])
    .default('float32')
    .describe(
      'What the network computes in: float32, or convolutions, matrix products and what lies between in bfloat16.',
    ),
  labelSmoothing: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Share of the label that is spread evenly over all classes.'),
  jensenShannon: z
    .number()
    .positive()
    .max(1000)
    .exactOptional()
    .describe(
      'Weight of the Jensen-Shannon divergence between the answers to three versions of each image: as it comes to "aug-mix", and as "aug-mix" makes it twice. The paper has 12. Left out, each image comes once.',
    ),
  lossReduction: z
    .enum(['mean', 'sum'])
    .exactOptional()
    .describe(
      'What of the losses of a batch is made small: their mean (the default), or their sum. What is shown is always the mean.',
    ),
  validation: validation
    .default('test')
    .describe(
      'What is measured after each epoch: the test images (as the study did; early stopping then picks on them), nothing, or training images kept back.',
    ),
  earlyStopping: earlyStoppingSchema
    .exactOptional()
    .describe('Stops when nothing improves any more.'),
  reduceLearningRateOnPlateau: plateauSchema
    .exactOptional()
    .describe('Lowers the learning rate when nothing improves any more.'),
  testViews: testViewsSchema
    .exactOptional()
    .describe(
      'How the trained model sees each test image: as it is ("none", the default), also mirrored ("mirror"), also moved by a pixel ("mirror-translate"), or a list of views; their logits are averaged. Epochs are judged on the images as they are.',
    ),
});

/** A recipe with all defaults filled in; what is optional is off where it is left out. */
export type TrainingRecipe = DeepReadonly<z.output<typeof trainingSchema>>;
