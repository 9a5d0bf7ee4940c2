import type { z } from 'zod';
import { type Tensor, type Tensor2D, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import type { Sampling } from '../graph/transform-images.js';
import type { PythonValue } from '../text/python.js';

export type { FillMode, Sampling } from '../graph/transform-images.js';

/** Lowest and highest pixel value. Infinite ends mean "not known before training". */
export type ValueRange = readonly [low: number, high: number];

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Random choices of one stage for one batch: float32 tensors, mostly [N], named as in the stage's docs. */
export type Draw = Readonly<Record<string, Tensor>>;

/** What a stage learned from the training images. Plain JSON, stored with a trial. */
export type Fitted = Readonly<Record<string, readonly number[]>>;

/** The training images as they enter a stage, for {@link Stage.fit}. */
export interface TrainingImages {
  readonly shape: ImageShape;
  readonly count: number;
  /** Yields all images once, in order: flat float32, each a whole number of NHWC images. Can be called again. */
  batches(): Iterable<Float32Array>;
}

/** Which images a batch holds and when. All are part of the graph, so never read them. */
export interface BatchPlace {
  /** Each image's place in the training set. Shape: int32 [N]. */
  readonly indices: Tensor;
  /** Epochs done before this one. Shape: int32 scalar. */
  readonly epoch: Tensor;
  /** The share of the training that is done; left out where nothing trains. Shape: float32 scalar, 0..1, 1 excluded. */
  readonly progress?: Tensor;
}

/** What a draw may depend on beside the seed. */
export interface DrawBatch extends BatchPlace {
  /** The shape of the images that enter the stage. */
  readonly shape: ImageShape;
}

/** Seeded random tensors made on the engine. `name` tells the draws of a stage apart: each is a stream of its own. */
export interface RandomSource {
  /** Draws from the uniform distribution over [low, high), anew in each step. */
  uniform(
    name: string,
    options: { readonly shape: readonly number[]; readonly low: number; readonly high: number },
  ): Tensor;
  /** Draws from the normal distribution with mean 0 and deviation 1, anew in each step. */
  normal(name: string, options: { readonly shape: readonly number[] }): Tensor;
  /**
   * Draws a number from [low, high) for each image, which has it whatever batch it stands in: one for the whole training
   * or, with `epoch`, one in each epoch. Shape: int32 [N] to float32 [N].
   */
  uniformByIndex(
    name: string,
    options: {
      readonly indices: Tensor;
      readonly epoch?: Tensor;
      readonly low: number;
      readonly high: number;
    },
  ): Tensor;
}

/** One preprocessing step, made from its options. Its functions are pure; nothing is read back from the engine. */
export interface Stage {
  /** The name in experiment files, such as "random-flip". */
  readonly name: string;
  /** `train`: training batches only (augmentation). `always`: test images too. */
  readonly when: 'always' | 'train';
  /** What becomes of a value x or a pixel, with the numbers of this stage's options; for people. */
  readonly formula?: string;
  /** The value range that the stage is made for; left out where any will do. */
  readonly expects?: ValueRange;
  /** The value range of the output for an input range: interval arithmetic, typical values where data decide. */
  gives(input: ValueRange): ValueRange;
  /** The shape of the output images; left out where it is the input's. */
  outputShape?(input: ImageShape): ImageShape;
  /** Learns from training images. Accumulates in float64. */
  fit?(images: TrainingImages): Fitted;
  /** Draws all random choices for a batch of `count` images. */
  draw?(random: RandomSource, count: number, batch: DrawBatch): Draw;
  /**
   * Applies the stage. Traceable: static shapes, no tensor read, no other randomness than `draw`.
   * Shape: float32 [N, H, W, C] to float32 [N, H', W', C].
   */
  apply(images: Tensor4D, context: StageContext): Tensor4D;
  /**
   * What these options do that few expect, one sentence each, for images of this shape: `explain` prints it. Left out where
   * nothing surprises.
   */
  traps?(input: ImageShape): readonly string[];
  /**
   * Set by stages that mix images of a batch: what becomes of their labels, with the same draw as `apply` has.
   * Traceable, as `apply` is. Shape: float32 [N, K] to the same; each row sums to 1, as it comes and as it goes.
   */
  applyToLabels?(labels: Tensor2D, context: LabelContext): Tensor2D;
  /**
   * Set by stages of which a training with `jensenShannon` compares an image as it comes with two versions, each by a draw of
   * its own. Only the versions pass the stage then; labels stay those of the image.
   */
  readonly makesVersions?: true;
  /** Set by stages that are an affine map of coordinates, so that neighbours can share one resampling. */
  readonly geometry?: StageGeometry;
  /** The stage for other libraries, as far as they have it. */
  readonly inPython?: StageInPython;
}

/**
 * A stage as Python code, by library: expressions of layers or transforms, one after the other, that give what the stage
 * gives (of draws: the same distribution). A library is left out where it has nothing that does.
 */
export interface StageInPython {
  /** With `layers` for keras.layers. Images are float32 [N, H, W, C]. */
  keras?(place: PythonPlace): readonly string[];
  /** With `v2` for torchvision.transforms.v2. Images are float32 [..., C, H, W]. */
  torchvision?(place: PythonPlace): readonly string[];
}

/** Where a stage stands. */
export interface PythonPlace {
  /** Of the images that enter the stage. */
  readonly shape: ImageShape;
  readonly fitted: Fitted;
  /** Keeps numbers beside the code, as float32 of a shape, and returns the expression for them. */
  store(name: string, values: ArrayLike<number>, shape: readonly number[]): PythonValue;
}

export interface StageContext {
  readonly draw: Draw;
  readonly fitted: Fitted;
}

export interface LabelContext extends StageContext {
  /** Of the images as they enter the stage. */
  readonly imageShape: ImageShape;
}

/** A geometric stage seen as an affine map from output to input coordinates. */
export interface StageGeometry {
  /** Left out where whole pixels land on whole pixels, as in a flip: then the neighbours' sampling serves. */
  readonly sampling?: Sampling;
  /** Shape: float32 [N, 8], rows [a0, a1, a2, b0, b1, b2, 0, 0] as ImageProjectiveTransformV3 takes them. */
  transforms(draw: Draw, shape: ImageShape): Tensor;
}

/** The zod object of a stage's options: strict, with the literal `name`. */
export type StageOptionsSchema = z.ZodObject<{ name: z.ZodLiteral<string> } & z.ZodRawShape>;

export interface StageDefinition<Schema extends StageOptionsSchema = StageOptionsSchema> {
  /** Tells a stage from a model among the exports of a plug-in. */
  readonly kind: 'stage';
  /** The name in experiment files. */
  readonly name: string;
  /** Strict options with defaults, ranges and `describe` texts; the JSON Schema and the help come from it. */
  readonly options: Schema;
  /** Set by stages for test images too, which cannot be switched on and off during a training. */
  readonly schedule?: 'none';
  create(options: z.output<Schema>): Stage;
}

/** Creates a stage from options that its definition has checked. */
export function createFrom(definition: StageDefinition, options: { readonly name: string }): Stage {
  return definition.create(options as Parameters<typeof definition.create>[0]);
}

/** Declares a stage. Throws nothing; `options.shape.name` is the stage's name. */
export function defineStage<Schema extends StageOptionsSchema>(definition: {
  readonly options: Schema;
  readonly schedule?: 'none';
  create(options: z.output<Schema>): Omit<Stage, 'name'>;
}): StageDefinition<Schema> {
  const name = definition.options.shape.name.value;
  return {
    ...definition,
    kind: 'stage',
    name,
    create: (options) => ({ ...definition.create(options), name }),
  };
}

/** Returns the place of the first `count` images in an epoch, the first unless it is given. Call it inside a tidy. */
export function firstImages(count: number, epoch = 0): BatchPlace {
  const tf = tensorflow();
  return { indices: tf.range(0, count, 1, 'int32'), epoch: tf.scalar(epoch, 'int32') };
}

/** Returns the place of a batch that holds each image twice: all of them, then all of them again. Call it inside a tidy. */
export function placeTwice<Place extends BatchPlace>(place: Place): Place {
  return { ...place, indices: tensorflow().concat([place.indices, place.indices]) };
}

/** Returns one tensor of a draw by its name. */
export function drawn(draw: Draw, name: string): Tensor {
  const tensor = draw[name];
  if (!tensor) throw new Error(`The draw has no "${name}", only: ${Object.keys(draw).join(', ')}.`);
  return tensor;
}
