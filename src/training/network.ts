import { fuseModel } from '../graph/fused-layers/fuse.js';
import { variableOf } from '../graph/fused-layers/layer.js';
import { computeIn } from '../graph/precision.js';
import { createRandomSource, type EngineRandomSource } from '../graph/random.js';
import {
  type LayersModel,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
  type Variable,
} from '../graph/tensorflow.js';
import { createVariable } from '../graph/variable.js';
import { augmentationStream, type Pipeline } from '../stages/pipeline.js';
import type { BatchPlace, Fitted } from '../stages/stage.js';
import type { Batch } from './overlapped-steps.js';
import { listParameters, type Parameter } from './parameter.js';
import type { TrainingRecipe } from './recipe.js';

export interface NetworkOptions {
  readonly model: LayersModel;
  readonly pipeline: Pipeline;
  readonly fitted: readonly Fitted[];
  readonly recipe: TrainingRecipe;
  readonly seed: number;
}

/** Stages and model as one, with all that is random in them drawn from the seed, and what a step of training changes. */
export interface Network {
  readonly model: LayersModel;
  /** All weights of the model, moving averages included, in the model's order. */
  readonly weights: readonly Variable[];
  /** The trainable weights, in the model's order. */
  readonly parameters: readonly Parameter[];
  readonly classCount: number;
  readonly learningRate: Variable;
  /** Int32 scalar: steps of training done so far. */
  readonly iteration: Variable;
  /** Applies the stages, as to test images or, given what draws depend on, as to training images. */
  preprocess(images: Tensor4D, training?: DrawMoment): Tensor4D;
  /**
   * Applies the stages to a batch as to training images; shares of classes are mixed with the images. With `jensenShannon`
   * images come in versions, see {@link Pipeline.applyToBatch}.
   */
  augment(batch: Batch, moment: DrawMoment): Batch;
  /** In the recipe's precision. Shape: preprocessed images to float32 [N, K]. */
  logits(images: Tensor4D, mode: 'training' | 'evaluation'): Tensor2D;
  /** The model stays its owner's. */
  dispose(): void;
}

/** All that the draws of stages depend on beside the seed. */
export interface DrawMoment extends BatchPlace {
  /** The step that they are for. Shape: int32 scalar. */
  readonly step: Tensor;
}

export function createNetwork(options: NetworkOptions): Network {
  const tf = tensorflow();
  const { model, pipeline, fitted, recipe, seed } = options;
  const iteration = createVariable(tf.scalar(0, 'int32'));
  const learningRate = createVariable(tf.scalar(recipe.optimizer.learningRate));
  const dispose = (): void => tf.dispose([iteration, learningRate]);
  const random = (stream: string, step: Tensor): EngineRandomSource =>
    createRandomSource({ seed, stream, step });
  const contextOf = (training: DrawMoment | undefined) => ({
    training: training !== undefined,
    fitted,
    random: (stage: number) => random(augmentationStream(stage), training?.step ?? iteration),
    batch: training,
  });
  try {
    const apply = fuseModel(model, (layer) => random(`dropout/${layer}`, iteration));
    return {
      model,
      weights: model.weights.map(variableOf),
      parameters: listParameters(model),
      classCount: model.outputs[0]?.shape.at(-1) ?? 0,
      learningRate,
      iteration,
      preprocess: (images, training) => pipeline.apply(images, contextOf(training)),
      augment: (batch, moment) =>
        pipeline.applyToBatch(batch, {
          ...contextOf(moment),
          comparesVersions: recipe.jensenShannon !== undefined,
        }),
      logits: (images, mode) =>
        computeIn(recipe.precision, () => apply(images, mode === 'training') as Tensor2D),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
