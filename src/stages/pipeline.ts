import { isDeepStrictEqual } from 'node:util';
import {
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
} from '../graph/tensorflow.js';
import { transformImages } from '../graph/transform-images.js';
import { UserError } from '../user-error.js';
import { fitStages, imagesAfter, type StoredImages } from './fit-stages.js';
import {
  type BatchPlace,
  type Draw,
  type Fitted,
  firstImages,
  type ImageShape,
  placeTwice,
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

/** Of each image, where versions are compared: as it comes to the stage that makes them, and two by draws of their own. */
export const versionCount = 3;

interface BatchContext extends PipelineContext {
  /**
   * Whether images leave in versions: all as they come to the stages that make versions, then all as these make them, then all
   * as these make them by another draw. All other draws are the same for the versions of an image.
   */
  readonly comparesVersions?: boolean;
}

interface LabelledBatch<Labels extends Tensor1D | Tensor2D> {
  readonly images: Tensor4D;
  readonly labels: Labels;
}

/** Stages in their order, as one. */
export interface Pipeline {
  readonly stages: readonly Stage[];
  /** The shape of the images that enter each stage. */
  readonly inputShapes: readonly ImageShape[];
  readonly outputShape: ImageShape;
  /** Whether a stage mixes images, so that labels must be shares of the classes. */
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
  /**
   * Applies the stages to images and to labels, with one draw for both. Traceable. Labels that are classes stay as they are.
   * Shape: labels int32 [N] or shares [N, K], kept; images [N, ...], or [3 N, ...] where versions are compared.
   */
  applyToBatch<Labels extends Tensor1D | Tensor2D>(
    batch: LabelledBatch<Labels>,
    context: BatchContext,
  ): LabelledBatch<Labels>;
}

/**
 * Creates a pipeline of stages.
 * @throws UserError if a stage cannot work at its place: the size does not fit, or it draws or resizes in a way that
 * test images would not follow.
 */
export function createPipeline(stages: readonly Stage[], options: PipelineOptions): Pipeline {
  const shapes = listShapes(stages, options.inputShape);
  const outputShape = shapes[stages.length] as ImageShape;
  const run = (batch: Batch, context: BatchContext): Batch => {
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
    applyToBatch: <Labels extends Tensor1D | Tensor2D>(
      given: LabelledBatch<Labels>,
      context: BatchContext,
    ) =>
      tensorflow().tidy(() => {
        const shares = given.labels.rank === 2 ? { labels: given.labels as Tensor2D } : {};
        const {
          images,
          labels = given.labels,
          versions,
        } = run({ images: given.images, ...shares }, context);
        return {
          images: versions ? tensorflow().concat([images, versions]) : copy(images, given.images),
          labels: copy(labels as Labels, given.labels),
        };
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

/** A batch whose labels and versions are carried along only where something asks for them. */
interface Batch {
  readonly images: Tensor4D;
  readonly labels?: Tensor2D;
  /** Of all images one by a first draw, then one of each by a second. Shape: [2 N, ...] */
  readonly versions?: Tensor4D;
}

function applyGroup(batch: Batch, group: StageGroup, context: BatchContext): Batch {
  const { images, labels, versions } = batch;
  const isOfVersions = group.members.some(({ stage }) => stage.makesVersions);
  if (context.comparesVersions && isOfVersions) {
    return { ...batch, versions: makeVersions(batch, group, context) };
  }
  const members = drawMembers(images, group, context);
  const imageShape = shapeOf(images);
  const apply = (given: Tensor4D) => applyMembers(given, members, group.sampling);
  return {
    images: apply(images),
    ...(labels && {
      labels: members.reduce(
        (mixed, { stage, ...own }) => stage.applyToLabels?.(mixed, { ...own, imageShape }) ?? mixed,
        labels,
      ),
    }),
    ...(versions && {
      versions: tensorflow().concat((versions.split(2) as Tensor4D[]).map(apply)),
    }),
  };
}

/** Applies stages to the versions that there are, or to each image twice, by draws of their own. */
function makeVersions(
  { images, versions }: Batch,
  group: StageGroup,
  context: BatchContext,
): Tensor4D {
  const given = versions ?? tensorflow().concat([images, images]);
  const batch = placeTwice(context.batch ?? firstImages(images.shape[0]));
  return applyMembers(given, drawMembers(given, group, { ...context, batch }), group.sampling);
}

function drawMembers(
  images: Tensor4D,
  { members }: StageGroup,
  context: PipelineContext,
): DrawnStage[] {
  return members.map((member) => ({
    stage: member.stage,
    draw: drawStage(member, images, context),
    fitted: context.fitted[member.index] ?? {},
  }));
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
