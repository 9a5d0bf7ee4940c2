import { type LayersModel, tensorflow } from '../../src/graph/tensorflow.js';
import { initialiseWeights } from '../../src/models/initial-weights.js';
import { stages as shippedStages } from '../../src/stages/list.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import type { Stage } from '../../src/stages/stage.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { createLearner, type Learner } from '../../src/training/learner.js';
import type { TrainingRecipe } from '../../src/training/recipe.js';

export const imageShape = { height: 8, width: 8, channels: 3 };
export const classCount = 4;

/** Images whose class shows in which quarter is bright, with noise that is the same every time. */
export function makeImages(
  count: number,
  first = 0,
): LabelledBytes & { readonly images: Uint8Array } {
  const labels = Uint8Array.from({ length: count }, (_, index) => (first + index) % classCount);
  const images = Uint8Array.from({ length: count * 192 }, (_, index) => {
    const image = Math.floor(index / 192);
    const [row, column] = [Math.floor((index % 192) / 24), Math.floor((index % 24) / 3)];
    const quarter = (row < 4 ? 0 : 2) + (column < 4 ? 0 : 1);
    const noise = ((((first + image) * 192 + index) * 7919) % 104729) % 156;
    return noise + (quarter === labels[image] ? 100 : 0);
  });
  return { count, images, labels };
}

export const recipe: TrainingRecipe = {
  epochs: 2,
  batchSize: 32,
  optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0 },
  labelSmoothing: 0,
  precision: 'float32',
  validation: 'test',
};

/** A convolution and a dense layer: 600 weights. */
export function createSmallModel(): LayersModel {
  const { layers, sequential } = tensorflow();
  const kernelInitializer = 'glorotUniform';
  return sequential({
    layers: [
      layers.conv2d({
        inputShape: [8, 8, 3],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer,
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: classCount, activation: 'softmax', kernelInitializer }),
    ],
  });
}

/** Makes shipped stages from what an experiment file would say. */
export function createStages(
  ...options: { readonly name: string; readonly [option: string]: unknown }[]
): Stage[] {
  return options.map((written) => {
    const definition = shippedStages.find(({ name }) => name === written.name);
    if (!definition) throw new Error(`No stage "${written.name}".`);
    return definition.create(definition.options.parse(written) as never);
  });
}

export interface SmallLearnerOptions {
  readonly recipe?: Partial<TrainingRecipe>;
  readonly seed?: number;
  readonly train?: LabelledBytes;
  readonly evaluated?: Readonly<Record<string, LabelledBytes>>;
  readonly stages?: readonly Stage[];
  readonly execution?: 'graph' | 'eager';
  readonly measuresGradient?: boolean;
  readonly model?: LayersModel;
  readonly imageShape?: typeof imageShape;
}

/** Creates a learner of the small model on the small images, scaled to 0..1, unless told otherwise. */
export function createSmallLearner(options: SmallLearnerOptions = {}): Learner {
  const { seed = 0, train = makeImages(70), evaluated = { test: makeImages(40, 70) } } = options;
  const { stages = createStages({ name: 'minmax' }), model = createSmallModel() } = options;
  const shape = options.imageShape ?? imageShape;
  initialiseWeights(model, seed);
  const pipeline = createPipeline(stages, { inputShape: shape, resampling: 'each' });
  return createLearner({
    model,
    pipeline,
    fitted: pipeline.fit(train),
    recipe: { ...recipe, ...options.recipe },
    seed,
    imageShape: shape,
    train,
    evaluated,
    execution: options.execution ?? 'graph',
    measuresGradient: options.measuresGradient,
  });
}

/** Runs the steps of epochs and returns the loss of each. */
export function runEpochs(learner: Learner, orders: readonly Int32Array[]): number[] {
  return orders.flatMap((order) => {
    learner.train.begin(learner.program, order);
    return learner.train.schedule.map((name) => {
      const [loss] = learner.program.run(name);
      const value = Number(loss?.dataSync()[0]);
      loss?.dispose();
      return value;
    });
  });
}

/** Returns the values of all weights, in the model's order. */
export function readWeights(learner: Learner): number[][] {
  const tensors = learner.program.read(learner.weights);
  const values = tensors.map((tensor) => Array.from(tensor.dataSync()));
  tensorflow().dispose(tensors);
  return values;
}
