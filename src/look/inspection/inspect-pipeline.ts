import { type DatasetFacts, factsOf } from '../../datasets/facts.js';
import type { ClassLabels } from '../../datasets/labelled-images.js';
import { type Catalogue, findStage, instantiateStage } from '../../experiment/catalogue.js';
import type { Experiment, StageOptions } from '../../experiment/experiment.js';
import { renderNamed } from '../../experiment/pipeline-summary.js';
import { createRandomSource } from '../../graph/random.js';
import { type Tensor, type Tensor2D, type Tensor4D, tensorflow } from '../../graph/tensorflow.js';
import type { StoredImages } from '../../stages/fit-stages.js';
import { augmentationStream, createPipeline } from '../../stages/pipeline.js';
import { type Fitted, firstImages, type ImageShape, type Stage } from '../../stages/stage.js';
import { type StageRanges, walkRanges } from './range-walk.js';

/** One stage of an experiment with what is known of it before an image was seen. */
export interface InspectedStage {
  /** Its place in `preprocessing`. */
  readonly index: number;
  readonly options: StageOptions;
  /** The stage in short, as tables write it: "random-brightness 0.2". */
  readonly summary: string;
  readonly stage: Stage;
  readonly ranges: StageRanges;
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;
}

/** Images at one place of a pipeline. Shape: float32 [count, H, W, C], flat. */
export interface PlacedImages {
  readonly count: number;
  readonly shape: ImageShape;
  readonly values: Float32Array;
  /** Shares of the classes, image by image, behind a stage that mixes labels. */
  readonly labels?: readonly (readonly number[])[];
}

export interface FollowOptions {
  readonly fitted: readonly Fitted[];
  readonly seed: number;
  /** The images' places in the training set; left out, they are its first ones. */
  readonly indices?: readonly number[];
  /**
   * Another step, other draws: the draws of training step 0, 1, ... of a trial with this seed; what is drawn for an image
   * and an epoch is that of epoch 0, 1, ...
   */
  readonly step: number;
  /** False follows test images: stages for training alone are left out. */
  readonly training: boolean;
}

/** Stages, and the images that enter them. */
interface FollowedPipeline extends Pick<Experiment, 'resampling'> {
  readonly stages: readonly Stage[];
  readonly dataset: Pick<DatasetFacts, 'shape' | 'classNames'>;
}

/** Returns the stages of an experiment with their ranges and shapes. Needs no engine. */
export function inspectStages(
  { preprocessing, dataset }: Pick<Experiment, 'preprocessing' | 'dataset'>,
  catalogue: Catalogue,
): InspectedStage[] {
  const stages = preprocessing.map((options) => instantiateStage(options, catalogue));
  const ranges = walkRanges(stages);
  let inputShape: ImageShape = factsOf(dataset).shape;
  return stages.map((stage, index) => {
    const options = preprocessing[index] as StageOptions;
    const outputShape = stage.outputShape?.(inputShape) ?? inputShape;
    const inspected = {
      index,
      options,
      summary: renderNamed(options, findStage(catalogue, options).options),
      stage,
      ranges: ranges[index] as StageRanges,
      inputShape,
      outputShape,
    };
    inputShape = outputShape;
    return inspected;
  });
}

/** Learns what the stages learn, on these training images. One entry a stage. */
export function fitStages(experiment: Experiment, stages: readonly Stage[], images: StoredImages) {
  const { resampling, dataset } = experiment;
  return createPipeline(stages, { inputShape: factsOf(dataset).shape, resampling }).fit(images);
}

/**
 * Returns images as they come and after each stage, as in training: `"resampling": "once"` holds, each entry is what the
 * pipeline would give if it ended there. All entries share their draws.
 */
export function followImages(
  images: StoredImages & { readonly labels?: ClassLabels },
  { stages, resampling, dataset }: FollowedPipeline,
  options: FollowOptions,
): PlacedImages[] {
  const original = {
    count: images.count,
    shape: dataset.shape,
    values: Float32Array.from(images.images.slice()),
  };
  const after = stages.map((_, index) => {
    const pipeline = createPipeline(stages.slice(0, index + 1), {
      inputShape: dataset.shape,
      resampling,
    });
    const { labels: classes } = images;
    const applied = applyPipeline(
      pipeline,
      {
        ...original,
        ...(classes && { classes, classCount: dataset.classNames.length }),
      },
      options,
    );
    return { count: images.count, shape: pipeline.outputShape, ...applied };
  });
  return [original, ...after];
}

interface ClassedImages extends PlacedImages {
  readonly classes?: ClassLabels;
  readonly classCount?: number;
}

function applyPipeline(
  pipeline: ReturnType<typeof createPipeline>,
  { count, shape, values, classes, classCount = 0 }: ClassedImages,
  { fitted, seed, step, training, indices }: FollowOptions,
): Pick<PlacedImages, 'values' | 'labels'> {
  const tf = tensorflow();
  const [output, mixed] = tf.tidy((): Tensor[] => {
    const images: Tensor4D = tf.tensor4d(values, [
      count,
      shape.height,
      shape.width,
      shape.channels,
    ]);
    const stepTensor = tf.scalar(step, 'int32');
    const first = firstImages(count, step);
    const context = {
      training,
      fitted,
      batch: indices ? { ...first, indices: tf.tensor1d([...indices], 'int32') } : first,
      random: (index: number) =>
        createRandomSource({ seed, stream: augmentationStream(index), step: stepTensor }),
    };
    if (!training || !pipeline.mixesLabels || !classes) {
      return [pipeline.apply(images, context)];
    }
    const own = tf.oneHot(tf.tensor1d(Int32Array.from(classes), 'int32'), classCount);
    const labels = own.cast('float32') as Tensor2D;
    const mixed = pipeline.applyToBatch({ images, labels }, context);
    return [mixed.images, mixed.labels];
  });
  const labels = mixed?.arraySync() as number[][] | undefined;
  const applied = output?.dataSync<'float32'>() ?? new Float32Array();
  tf.dispose([output, mixed]);
  return { values: applied, ...(labels && { labels }) };
}
