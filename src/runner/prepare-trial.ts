import type { Dataset } from '../datasets/dataset.js';
import { factsOf } from '../datasets/facts.js';
import { splitBalanced, takeBalanced } from '../datasets/labelled-images.js';
import { type Catalogue, instantiateModel, instantiateStage } from '../experiment/catalogue.js';
import type { Experiment } from '../experiment/experiment.js';
import { initialiseWeights } from '../models/initial-weights.js';
import { createPipeline, type Pipeline } from '../stages/pipeline.js';
import type { Fitted, ImageShape } from '../stages/stage.js';
import type { LabelledBytes } from '../training/image-table.js';
import { createLearner, type Learner } from '../training/learner.js';
import type { Trial } from './trial.js';

/** The images that a trial uses. */
export interface TrialData {
  readonly train: LabelledBytes;
  /** Training images kept back to judge epochs on. */
  readonly validation?: LabelledBytes;
  readonly test: LabelledBytes;
}

/** Takes the class-balanced subsets that an experiment asks for. */
export function selectTrialData(experiment: Experiment, data: Dataset): TrialData {
  const { trainLimit, testLimit } = experiment.dataset;
  const { validation } = experiment.training;
  const test = testLimit === undefined ? data.test : takeBalanced(data.test, testLimit);
  const train = trainLimit === undefined ? data.train : takeBalanced(data.train, trainLimit);
  return typeof validation === 'object'
    ? { ...splitBalanced(train, validation.split), test }
    : { train, test };
}

/** A trial's model on the engine, and what is known of it before training. */
export interface PreparedTrial {
  readonly learner: Learner;
  readonly pipeline: Pipeline;
  readonly imageShape: ImageShape;
  readonly classCount: number;
  /** What each stage learned from the training images. */
  readonly fitted: readonly Fitted[];
  /** What the model did. */
  readonly modelFitted: Fitted;
  readonly parameterCount: number;
}

/** Fits the stages and the model, makes the model with its first weights, and compiles the steps. The caller disposes of the learner. */
export function prepareTrial(
  { experiment, seed }: Pick<Trial, 'experiment' | 'seed'>,
  data: TrialData,
  setting: {
    readonly catalogue: Catalogue;
    readonly execution: 'graph' | 'eager';
    readonly measuresGradient: boolean;
  },
): PreparedTrial {
  const { catalogue, execution, measuresGradient } = setting;
  const stages = experiment.preprocessing.map((options) => instantiateStage(options, catalogue));
  const { resampling, training } = experiment;
  const { shape: imageShape, classNames } = factsOf(experiment.dataset);
  const classCount = classNames.length;
  const pipeline: Pipeline = createPipeline(stages, { inputShape: imageShape, resampling });
  const fitted = pipeline.fit(data.train);
  const chosen = instantiateModel(experiment.model, catalogue);
  const modelFitted = chosen.fit(pipeline.trainingImages(data.train, fitted));
  const model = chosen.create({ image: pipeline.outputShape, classCount }, modelFitted);
  initialiseWeights(model, seed);
  const { train: trainImages, ...evaluated } = data;
  const parameterCount = model.countParams();
  const learner = createLearner({
    model,
    pipeline,
    fitted,
    recipe: training,
    seed,
    imageShape,
    train: trainImages,
    evaluated,
    execution,
    measuresGradient,
  });
  return {
    learner,
    pipeline,
    imageShape,
    classCount,
    fitted,
    modelFitted,
    parameterCount,
  };
}
