import { isDeepStrictEqual } from 'node:util';
import { type Tensor, type Tensor2D, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
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
  type Sampling,
  type Stage,
  type StageContext,
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

/** Images with their labels as shares of the classes. Shape: float32 [N, H, W, C] and [N, K]. */
interface SoftBatch {
  readonly images: Tensor4D;
  readonly labels: Tensor2D;
}

/** Stages in their order, as one. */
export interface Pipeline {
  readonly stages: readonly Stage[];
  /** The shape of the images that enter each stage. */
  readonly inputShapes: readonly ImageShape[];
  readonly outputShape: ImageShape;
  /** Whether training needs {@link Pipeline.applyToBatch}, as a stage mixes images and so labels. */
  readonly mixesLabels: boolean;
  /**
   * Fits every stage that learns, in order, on the images as they enter it: earlier stages applied, training-only ones
   * left out. Returns plain JSON, one entry a stage.
   */
  fit(images: StoredImages): readonly Fitted[];
  /** Returns training images as they leave the fitted stages, training-only ones left out: what a model can learn from. */
  trainingImages(images: StoredImages, fitted: readonly Fitted[]): TrainingImages;
  /** Applies the stages. Traceable. Shape: float32 [N, H, W, C] to float32 [N, H', W', C']. */
  apply(images: Tensor4D, context: PipelineContext): Tensor4D;
  /** Applies the stages to images and labels, with one draw for both. Traceable. */
  applyToBatch(batch: SoftBatch, context: PipelineContext): SoftBatch;
}

/**
 * Creates a pipeline of stages.
 * @throws UserError if a stage cannot work at its place: the size does not fit, or it draws or resizes in a way that
 * test images would not follow.
 */
export function createPipeline(stages: readonly Stage[], options: PipelineOptions): Pipeline {
  const shapes = listShapes(stages, options.inputShape);
  const outputShape = shapes[stages.length] as ImageShape;
  const run = <Carried extends Batch>(batch: Carried, context: PipelineContext): Carried => {
    const placed = stages
      .map((stage, index) => ({ stage, index }))
      .filter(({ stage }) => context.training || stage.when === 'always');
    const groups = groupStages(placed, options.resampling);
    return groups.reduce((current, group) => applyGroup(current, group, context), batch);
  };
  const copy = <Kind extends Tensor>(tensor: Kind, given: Kind): Kind =>
    tensor === given ? tensor.clone() : tensor;
  return {
    stages,
    inputShapes: shapes,
    outputShape,
    mixesLabels: stages.some((stage) => stage.applyToLabels),
    fit: (images) => fitStages(stages, shapes, images),
    trainingImages: (stored, fitted) => imagesAfter(stages, { shapes, fitted, stored }),
    apply: (images, context) =>
      tensorflow().tidy(() => copy(run({ images }, context).images, images)),
    applyToBatch: (given, context) =>
      tensorflow().tidy(() => {
        const { images, labels } = run(given, context);
        return { images: copy(images, given.images), labels: copy(labels, given.labels) };
      }),
  };
}

/** Returns the name of the random stream that a stage draws from, in training and wherever training is looked at. */
export function augmentationStream(stageIndex: number): string {
  return `augmentation/${stageIndex}`;
}

/** Returns the shape that enters each stage and, last, the one that leaves the pipeline. */
function listShapes(stages: readonly Stage[], inputShape: ImageShape): ImageShape[] {
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
    if (stage.when === 'always' && stage.applyToLabels) {
      throw misplaced(stage, 'mixes images and their labels, so its `when` must be "train"');
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

/** A batch whose labels are carried along only where something asks for them. */
interface Batch {
  readonly images: Tensor4D;
  readonly labels?: Tensor2D;
}

function applyGroup<Carried extends Batch>(
  batch: Carried,
  group: StageGroup,
  context: PipelineContext,
): Carried {
  const { images, labels } = batch;
  const members = group.members.map((member) => ({
    stage: member.stage,
    draw: drawStage(member, images, context),
    fitted: context.fitted[member.index] ?? {},
  }));
  const imageShape = shapeOf(images);
  const applied = {
    images: applyMembers(images, members, group.sampling),
    labels:
      labels &&
      members.reduce(
        (mixed, { stage, ...own }) => stage.applyToLabels?.(mixed, { ...own, imageShape }) ?? mixed,
        labels,
      ),
  };
  return { ...batch, ...applied };
}

interface DrawnStage extends StageContext {
  readonly stage: Stage;
}

/** Applies a stage that is alone, or neighbours in one resampling. */
function applyMembers(
  images: Tensor4D,
  members: readonly DrawnStage[],
  sampling: Sampling | undefined,
): Tensor4D {
  if (!sampling || members.length === 1) {
    return members.reduce((current, { stage, ...own }) => stage.apply(current, own), images);
  }
  const transforms = members.flatMap(
    ({ stage, draw }) => stage.geometry?.transforms(draw, shapeOf(images)) ?? [],
  );
  return transformImages(images, composeTransforms(transforms), sampling);
}

function shapeOf({ shape: [, height, width, channels] }: Tensor4D): ImageShape {
  return { height, width, channels };
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
