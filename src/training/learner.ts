import { fuseModel } from '../engine/fused-layers/fuse.js';
import { variableOf } from '../engine/fused-layers/layer.js';
import { compileProgram } from '../engine/program/compile.js';
import { createEagerProgram } from '../engine/program/eager.js';
import type { Program } from '../engine/program/program.js';
import { createRandomSource, type EngineRandomSource } from '../engine/random.js';
import {
  type LayersModel,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
  type Variable,
} from '../engine/tensorflow.js';
import { createVariable } from '../engine/variable.js';
import type { Pipeline } from '../stages/pipeline.js';
import type { Fitted, ImageShape } from '../stages/stage.js';
import { createEvaluation, type Evaluation } from './evaluation.js';
import { createImageTable, type LabelledBytes } from './image-table.js';
import { createOptimizer } from './optimizer.js';
import type { TrainingRecipe } from './recipe.js';
import { createRunningSums, type RunningSums } from './running-sums.js';
import { createTrainSteps, type TrainSteps } from './train-steps.js';

export interface LearnerOptions {
  readonly model: LayersModel;
  readonly pipeline: Pipeline;
  readonly fitted: readonly Fitted[];
  readonly recipe: TrainingRecipe;
  readonly seed: number;
  readonly imageShape: ImageShape;
  readonly train: LabelledBytes;
  /** Sets to judge on, by name. */
  readonly evaluated: Readonly<Record<string, LabelledBytes>>;
  /** `graph`: each step is one native call. `eager`: op by op, for debugging and as the reference in tests. */
  readonly execution: 'graph' | 'eager';
}

/** Everything of one training that lives on the engine. */
export interface Learner {
  readonly program: Program;
  readonly train: TrainSteps;
  readonly sums: RunningSums;
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  /** All weights of the model, moving averages included, in the model's order. */
  readonly weights: readonly Variable[];
  readonly learningRate: Variable;
  /** All that a step reads or assigns: written into another learner of the same options, it continues there. */
  readonly state: readonly Variable[];
  dispose(): void;
}

/** What must be freed, in the order in which it came to be. */
type Owned = { dispose(): unknown }[];

/**
 * Puts data, weights and optimiser on the engine and prepares the steps over them. The learner owns the model; if it
 * cannot be made, nothing of it is left.
 */
export function createLearner(options: LearnerOptions): Learner {
  const owned: Owned = [options.model];
  try {
    return assemble(options, owned);
  } catch (error) {
    release(owned);
    throw error;
  }
}

function release(owned: Owned): void {
  for (const part of owned.splice(0).reverse()) part.dispose();
}

function assemble(options: LearnerOptions, owned: Owned): Learner {
  const tf = tensorflow();
  const { model, recipe, imageShape } = options;
  const iteration = createVariable(tf.scalar(0, 'int32'));
  const learningRate = createVariable(tf.scalar(recipe.optimizer.learningRate));
  owned.push(iteration, learningRate);
  const random = (stream: string, step: Tensor): EngineRandomSource =>
    createRandomSource({ seed: options.seed, stream, step });
  const apply = fuseModel(model, (layer) => random(`dropout/${layer}`, iteration));
  const { pipeline, fitted } = options;
  const preprocess = (images: Tensor4D, training: boolean, step: Tensor): Tensor4D =>
    pipeline.apply(images, {
      training,
      fitted,
      random: (stage) => random(`augmentation/${stage}`, step),
    });
  const augments = pipeline.stages.some(({ when }) => when === 'train');

  const weights = model.weights.map(variableOf);
  const trainable = model.trainableWeights.map(variableOf);
  const optimizer = createOptimizer(recipe.optimizer, {
    weights: trainable,
    learningRate,
    iteration,
  });
  owned.push(...optimizer.state);
  const sums = createRunningSums();
  owned.push(...sums.state);
  const trainTable = createImageTable(options.train, imageShape);
  owned.push(trainTable);
  const train = createTrainSteps({
    table: trainTable,
    batchSize: recipe.batchSize,
    labelSmoothing: recipe.labelSmoothing,
    optimizer,
    sums,
    weights: trainable,
    iteration,
    overlapped: augments ? pipeline.outputShape : undefined,
    augment: (images, step) => preprocess(images, true, step),
    logits: (images) => apply(images, true) as Tensor2D,
  });
  owned.push(...train.state);
  const evaluations: Record<string, Evaluation> = {};
  for (const [name, set] of Object.entries(options.evaluated)) {
    const table = createImageTable(set, imageShape);
    owned.push(table);
    const evaluation = createEvaluation({
      name,
      table,
      labelSmoothing: recipe.labelSmoothing,
      preprocess: (images) => preprocess(images, false, iteration),
      logits: (images) => apply(images, false) as Tensor2D,
    });
    owned.push(...evaluation.state);
    evaluations[name] = evaluation;
  }

  const state = [
    ...weights,
    ...optimizer.state,
    ...sums.state,
    ...train.state,
    ...Object.values(evaluations).flatMap((evaluation) => evaluation.state),
    iteration,
    learningRate,
  ];
  const steps = Object.assign(
    {},
    train.steps,
    ...Object.values(evaluations).map((evaluation) => evaluation.steps),
  );
  const program =
    options.execution === 'graph' ? compileProgram(steps, { state }) : createEagerProgram(steps);
  owned.push(program);
  return {
    program,
    train,
    sums,
    evaluations,
    weights,
    learningRate,
    state,
    dispose: () => release(owned),
  };
}
