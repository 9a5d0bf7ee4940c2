import { isDeepStrictEqual } from 'node:util';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { transformImages } from '../graph/transform-images.js';
import { UserError } from '../user-error.js';
import { fitStages, imagesAfter, type StoredImages } from './fit-stages.js';
import {
  type BatchPlace,
  type Draw,
  type Fitted,
  firstImages,
  type ImageShape,
  type RandomSource,
  type Stage,
  type TrainingImages,
} from './stage.js';
import {
  composeTransforms,
  groupStages,
  type PlacedStage,
  type StageGroup,
} from './stage-groups.js';

export interface PipelineOptions {
  /** The shape of the images that enter the first stage. */
  readonly inputShape: ImageShape;
  /** `each`: every geometric stage resamples, as in Keras. `once`: neighbours share one resampling. */
  readonly resampling: 'each' | 'once';
}

interface PipelineContext {
  /** False leaves the training-only stages out. */
  readonly training: boolean;
  /** What {@link Pipeline.fit} returned, one entry a stage. */
  readonly fitted: readonly Fitted[];
  /** The source of a stage's draws; asked only for stages that draw. */
  random(stageIndex: number): RandomSource;
  /** Which images these are; left out, the first ones of the training set in the first epoch. */
  readonly batch?: BatchPlace | undefined;
}

/** Stages in their order, as one. */
export interface Pipeline {
  readonly stages: readonly Stage[];
  readonly outputShape: ImageShape;
  /**
   * Fits every stage that learns, in order, on the images as they enter it: earlier stages applied, training-only ones
   * left out. Returns plain JSON, one entry a stage.
   */
  fit(images: StoredImages): readonly Fitted[];
  /** Returns training images as they leave the fitted stages, training-only ones left out: what a model can learn from. */
  trainingImages(images: StoredImages, fitted: readonly Fitted[]): TrainingImages;
  /** Applies the stages. Traceable. Shape: float32 [N, H, W, C] to float32 [N, H', W', C']. */
  apply(images: Tensor4D, context: PipelineContext): Tensor4D;
}

/**
 * Creates a pipeline of stages.
 * @throws UserError if a stage cannot work at its place: the size does not fit, or it draws or resizes in a way that
 * test images would not follow.
 */
export function createPipeline(stages: readonly Stage[], options: PipelineOptions): Pipeline {
  const shapes = inputShapes(stages, options.inputShape);
  const outputShape = shapes[stages.length] as ImageShape;
  return {
    stages,
    outputShape,
    fit: (images) => fitStages(stages, shapes, images),
    trainingImages: (stored, fitted) => imagesAfter(stages, { shapes, fitted, stored }),
    apply(images, context) {
      const placed = stages
        .map((stage, index) => ({ stage, index }))
        .filter(({ stage }) => context.training || stage.when === 'always');
      if (placed.length === 0) return images.clone();
      const groups = groupStages(placed, options.resampling);
      return tensorflow().tidy(() =>
        groups.reduce((current, group) => applyGroup(current, group, context), images),
      );
    },
  };
}

/** Returns the name of the random stream that a stage draws from, in training and wherever training is looked at. */
export function augmentationStream(stageIndex: number): string {
  return `augmentation/${stageIndex}`;
}

/** Returns the shape that enters each stage and, last, the one that leaves the pipeline. */
function inputShapes(stages: readonly Stage[], inputShape: ImageShape): ImageShape[] {
  const shapes = [inputShape];
  for (const [index, stage] of stages.entries()) {
    const shape = shapes[index] as ImageShape;
    const output = stage.outputShape?.(shape) ?? shape;
    if (stage.when === 'train' && !isDeepStrictEqual(output, shape)) {
      throw misplaced(stage, 'changes the size of the images, so its `when` must be "always"');
    }
    if (stage.when === 'always' && stage.draw) {
      throw misplaced(stage, 'draws at random, so its `when` must be "train"');
    }
    shapes.push(output);
  }
  return shapes;
}

function misplaced(stage: Stage, reason: string): UserError {
  return new UserError(`Stage "${stage.name}" ${reason}, received "${stage.when}".`, {
    hint: "Change `when` in the stage's definition.",
  });
}

function applyGroup(images: Tensor4D, group: StageGroup, context: PipelineContext): Tensor4D {
  const [first, ...others] = group.members;
  if (!first) return images;
  if (!group.sampling || others.length === 0) {
    const { stage, index } = first;
    const draw = drawStage(first, images, context);
    return stage.apply(images, { draw, fitted: context.fitted[index] ?? {} });
  }
  const [, height, width, channels] = images.shape;
  const transforms = group.members.flatMap((member) => {
    const draw = drawStage(member, images, context);
    return member.stage.geometry?.transforms(draw, { height, width, channels }) ?? [];
  });
  return transformImages(images, composeTransforms(transforms), group.sampling);
}

function drawStage(
  { stage, index }: PlacedStage,
  images: Tensor4D,
  context: PipelineContext,
): Draw {
  if (!stage.draw) return {};
  const [count, height, width, channels] = images.shape;
  const place = context.batch ?? firstImages(count);
  const batch = { ...place, shape: { height, width, channels } };
  return stage.draw(context.random(index), count, batch);
}
