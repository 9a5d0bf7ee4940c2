import { z } from 'zod';
import { type Catalogue, shippedCatalogue } from '../../src/experiment/catalogue.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { tensorflow } from '../../src/graph/tensorflow.js';
import { defineModel, type ModelDefinition } from '../../src/models/model.js';
import { defineStage, type StageDefinition } from '../../src/stages/stage.js';
import { parseExperiment } from '../experiment/parse.js';

/** A model that trains in no time: the mean of each channel in each quarter, and a dense layer. 130 weights. */
const tiny = defineModel({
  options: z.strictObject({
    name: z.literal('tiny'),
    rate: z.number().default(0),
    activation: z.enum(['softmax', 'linear']).default('softmax'),
  }),
  create({ rate, activation }, { image, classCount }) {
    const { layers, sequential } = tensorflow();
    const inputShape = [image.height, image.width, image.channels];
    return sequential({
      name: 'tiny',
      layers: [
        layers.averagePooling2d({ inputShape, poolSize: 16 }),
        layers.flatten(),
        layers.dropout({ rate }),
        layers.dense({ units: classCount, activation, name: 'head' }),
      ],
    });
  },
});

/** A stage that fails when it is applied. */
const broken = defineStage({
  options: z.strictObject({ name: z.literal('broken') }),
  create: () => ({
    when: 'always',
    gives: (range) => range,
    apply() {
      throw new Error('It is broken.\nSecond line.');
    },
  }),
});

const { stages, models } = shippedCatalogue();

/** What prep-lab ships, the model "tiny" and the stage "broken". */
export const tinyCatalogue: Catalogue = {
  stages: [...stages, broken as unknown as StageDefinition],
  models: [...models, tiny as unknown as ModelDefinition],
};

/** Returns an experiment of the tiny model on 150 and 100 images, 2 epochs. */
export function tinyExperiment(
  name: string,
  changes: object = {},
  model: { readonly rate?: number; readonly activation?: string } = {},
): Experiment {
  const experiment = parseExperiment({
    name,
    dataset: { trainLimit: 150, testLimit: 100 },
    preprocessing: [{ name: 'minmax' }],
    training: { epochs: 2 },
    ...changes,
  });
  return { ...experiment, model: { name: 'tiny', rate: 0, activation: 'softmax', ...model } };
}
