import { findModel, shippedCatalogue } from '#prep-lab/experiment/catalogue.js';
import { createStage } from '#prep-lab/experiment/create-stage.js';
import type { StageOptions } from '#prep-lab/experiment/experiment.js';
import type { LayersModel } from '#prep-lab/graph/tensorflow.js';
import { initialiseWeights } from '#prep-lab/models/initial-weights.js';
import { createPipeline } from '#prep-lab/stages/pipeline.js';
import type { ImageShape } from '#prep-lab/stages/stage.js';
import type { LabelledBytes } from '#prep-lab/training/image-table.js';
import { createLearner, type Learner } from '#prep-lab/training/learner.js';
import type { TrainingRecipe } from '#prep-lab/training/recipe.js';
import { trainingSchema } from '#prep-lab/training/recipe.js';

const imageShape = { height: 32, width: 32, channels: 3 } as const;
const classCount = 10;
const seed = 0;

/** Creates one of the study's nets, uncompiled. */
export function createNet(name: string, image: ImageShape = imageShape): LayersModel {
  const definition = findModel(shippedCatalogue(), { name });
  return definition.create(definition.options.parse({ name }), { image, classCount });
}

/** Returns a recipe with the study's defaults. */
export function createRecipe(
  given: Partial<Pick<TrainingRecipe, 'epochs' | 'batchSize' | 'validation' | 'precision'>>,
): TrainingRecipe {
  return trainingSchema.parse(given);
}

export interface LearnerRequest {
  readonly net: string;
  readonly preprocessing: readonly StageOptions[];
  readonly resampling: 'each' | 'once';
  readonly recipe: TrainingRecipe;
  readonly execution: 'graph' | 'eager';
  readonly train: LabelledBytes;
  readonly test?: LabelledBytes;
}

/** Creates a learner as a trial does. */
export function createTrialLearner(request: LearnerRequest): Learner {
  const { net, preprocessing, resampling, recipe, execution, train, test } = request;
  const stages = preprocessing.map((options) => createStage(options, shippedCatalogue()));
  const pipeline = createPipeline(stages, { inputShape: imageShape, resampling });
  const fitted = pipeline.fit(train);
  const model = createNet(net, pipeline.outputShape);
  initialiseWeights(model, seed);
  const evaluated = test ? { test } : {};
  return createLearner({
    model,
    pipeline,
    fitted,
    recipe,
    seed,
    imageShape,
    train,
    evaluated,
    execution,
  });
}
