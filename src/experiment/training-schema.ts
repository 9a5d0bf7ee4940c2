import { z } from 'zod';

const monitor = z.enum(['validationAccuracy', 'validationLoss', 'trainAccuracy', 'trainLoss']);

const epochCount = z.int().min(0).max(100_000);

const learningRate = z.number().positive().max(1000);

const adam = z
  .strictObject({
    name: z.literal('adam'),
    learningRate: learningRate.default(0.001).describe('Step size.'),
    beta1: z.number().min(0).lt(1).default(0.9).describe("Decay of the gradient's mean."),
    beta2: z.number().min(0).lt(1).default(0.999).describe("Decay of the gradient's square."),
    epsilon: z.number().positive().max(1).default(1e-7).describe('Added to the root, as in Keras.'),
  })
  .describe("Adam, with Keras' defaults.");

const sgd = z
  .strictObject({
    name: z.literal('sgd'),
    learningRate: learningRate.default(0.01).describe('Step size.'),
    momentum: z.number().min(0).lt(1).default(0).describe('Share of the last step that is kept.'),
  })
  .describe("Stochastic gradient descent, with Keras' defaults.");

const earlyStopping = z.strictObject({
  monitor: monitor.default('validationLoss').describe('What must improve.'),
  patience: epochCount.default(0).describe('Epochs without improvement before training stops.'),
  minDelta: z.number().min(0).default(0).describe('Smallest change that counts as improvement.'),
  restoreBestWeights: z
    .boolean()
    .default(false)
    .describe('Whether to go back to the weights of the best epoch.'),
  startFromEpoch: epochCount.default(0).describe('Epochs to wait before watching.'),
  baseline: z
    .number()
    .exactOptional()
    .describe('Value to beat: training stops if it is not beaten in time.'),
});

const reduceLearningRateOnPlateau = z.strictObject({
  monitor: monitor.default('validationLoss').describe('What must improve.'),
  factor: z
    .number()
    .positive()
    .lt(1)
    .default(0.1)
    .describe('What the learning rate is multiplied by.'),
  patience: epochCount.default(10).describe('Epochs without improvement before it is reduced.'),
  cooldown: epochCount.default(0).describe('Epochs to wait after a reduction.'),
  minDelta: z.number().min(0).default(1e-4).describe('Smallest change that counts as improvement.'),
  minLearningRate: z.number().min(0).default(0).describe('The learning rate never goes below it.'),
});

const validation = z.union([
  z.enum(['test', 'none']),
  z.strictObject({
    split: z.int().min(1).max(49_999).describe('Training images kept back for validation.'),
  }),
]);

/** The `training` part of an experiment file. */
export const trainingSchema = z.strictObject({
  epochs: z.int().min(1).max(100_000).default(10).describe('Passes over the training images.'),
  batchSize: z.int().min(1).max(50_000).default(64).describe('Images in one training step.'),
  optimizer: z
    .discriminatedUnion('name', [adam, sgd])
    .prefault({ name: 'adam' })
    .describe('How the weights are updated.'),
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
  validation: validation
    .default('test')
    .describe(
      'What is measured after each epoch: the test images (as the study did; early stopping then picks on them), nothing, or training images kept back.',
    ),
  earlyStopping: earlyStopping.exactOptional().describe('Stops when nothing improves any more.'),
  reduceLearningRateOnPlateau: reduceLearningRateOnPlateau
    .exactOptional()
    .describe('Lowers the learning rate when nothing improves any more.'),
});
