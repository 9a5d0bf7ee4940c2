import type { NamedOptions } from '../../src/experiment/experiment.js';
import { type LayersModel, tensorflow } from '../../src/graph/tensorflow.js';
import type { Learner } from '../../src/training/learner.js';
import type { TrainingRecipe } from '../../src/training/recipe.js';
import {
  classCount,
  createSmallLearner,
  createStages,
  makeImages,
  recipe,
} from './small-learner.js';

/** All that a step, an epoch and a callback can carry on: the rate is halved in each epoch, and the first is restored. */
export const rich: TrainingRecipe = {
  ...recipe,
  epochs: 3,
  batchSize: 16,
  labelSmoothing: 0.1,
  optimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  validation: { split: 40 },
  earlyStopping: {
    monitor: 'validationLoss',
    patience: 9,
    minDelta: 1e6,
    restoreBestWeights: true,
    startFromEpoch: 0,
  },
  reduceLearningRateOnPlateau: {
    monitor: 'trainLoss',
    factor: 0.5,
    patience: 1,
    cooldown: 0,
    minDelta: 1e6,
    minLearningRate: 0,
  },
};

/** Four batches of 16 and one of 6 an epoch. */
export const imageCount = 70;
export const stepsOfEpoch = 5;

function createRichModel(): LayersModel {
  const { layers, sequential } = tensorflow();
  const initialised = { kernelInitializer: 'glorotUniform' } as const;
  return sequential({
    layers: [
      layers.conv2d({
        inputShape: [8, 8, 3],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        ...initialised,
      }),
      layers.batchNormalization(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.3 }),
      layers.flatten(),
      layers.dense({ units: classCount, activation: 'softmax', ...initialised }),
    ],
  });
}

const mixes = { name: 'mixup-or-cutmix', lambda: 'image', partner: 'permutation' };

/**
 * A convolution, batch normalisation, dropout and a dense layer behind augmentations that draw by step and by image, on 70
 * small images. @param mixing Stages that mix labels, behind the others.
 */
export function createRichLearner(
  execution: 'graph' | 'eager',
  changes: Partial<TrainingRecipe> = {},
  mixing: readonly NamedOptions[] = [mixes],
): Learner {
  return createSmallLearner({
    execution,
    measuresGradient: true,
    recipe: { ...rich, ...changes },
    model: createRichModel(),
    stages: createStages(
      { name: 'minmax' },
      { name: 'random-rotation', factor: 0.1 },
      { name: 'random-crop', padding: 1 },
      { name: 'alternating-flip' },
      ...mixing,
    ),
    evaluated: { validation: makeImages(40, 70) },
  });
}
