import type { ImageBytes } from '../datasets/image-file.js';
import { tensorflow } from '../graph/tensorflow.js';
import type { Fitted, ImageShape, Stage, TrainingImages } from './stage.js';

/** Images as bytes. Shape: uint8 [count, H, W, C], flat. */
export interface StoredImages {
  readonly count: number;
  readonly images: ImageBytes;
}

/** How many images are converted and preprocessed at once: some megabytes, which stay in the processor's cache. */
const mostImages = 250;

/** Of large images fewer: 32 MB as float32. */
const mostValues = 2 ** 23;

/**
 * Fits every stage that learns on the images as they enter it; `shapes` has the shape that enters each stage.
 * Returns one entry a stage, empty where there is nothing to learn.
 */
export function fitStages(
  stages: readonly Stage[],
  shapes: readonly ImageShape[],
  stored: StoredImages,
): Fitted[] {
  const fitted: Fitted[] = [];
  for (const [index, stage] of stages.entries()) {
    const images = imagesAfter(stages.slice(0, index), { shapes, fitted, stored });
    fitted.push(stage.fit?.(images) ?? {});
  }
  return fitted;
}

export interface FittedImages {
  /** The shape that enters each stage and, last, the one that leaves them all. */
  readonly shapes: readonly ImageShape[];
  readonly fitted: readonly Fitted[];
  readonly stored: StoredImages;
}

/** Returns training images as they leave some stages; those for training alone are left out. */
export function imagesAfter(
  stages: readonly Stage[],
  { shapes, fitted, stored }: FittedImages,
): TrainingImages {
  const applied = stages.flatMap((stage, place) =>
    stage.when === 'always' ? [{ stage, fitted: fitted[place] ?? {} }] : [],
  );
  return {
    shape: shapes[stages.length] as ImageShape,
    count: stored.count,
    batches: () => batchesAfter(applied, shapes[0] as ImageShape, stored),
  };
}

interface FittedStage {
  readonly stage: Stage;
  readonly fitted: Fitted;
}

function* batchesAfter(
  stages: readonly FittedStage[],
  { height, width, channels }: ImageShape,
  stored: StoredImages,
): Iterable<Float32Array> {
  const imageSize = height * width * channels;
  const batchCount = Math.max(1, Math.min(mostImages, Math.floor(mostValues / imageSize)));
  for (let start = 0; start < stored.count; start += batchCount) {
    const end = Math.min(start + batchCount, stored.count);
    const values = new Float32Array(stored.images.slice(start * imageSize, end * imageSize));
    const shape = [end - start, height, width, channels] as const;
    yield stages.length === 0 ? values : applyStages(stages, values, [...shape]);
  }
}

function applyStages(
  stages: readonly FittedStage[],
  values: Float32Array,
  shape: [number, number, number, number],
): Float32Array {
  const tf = tensorflow();
  const output = tf.tidy(() =>
    stages.reduce(
      (images, { stage, fitted }) => stage.apply(images, { draw: {}, fitted }),
      tf.tensor4d(values, shape),
    ),
  );
  // Read outside of the tidy, which would search a returned array for tensors, number by number.
  const applied = output.dataSync<'float32'>();
  output.dispose();
  return applied;
}
