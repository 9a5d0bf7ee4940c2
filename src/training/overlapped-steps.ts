import type { Step } from '../graph/program.js';
import {
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
  type Variable,
} from '../graph/tensorflow.js';
import { createVariable } from '../graph/variable.js';
import type { ImageShape } from '../stages/stage.js';

/** A batch as it enters the network. */
export interface Batch {
  /** Shape: [N, H, W, C], or as many for each version of the images. */
  readonly images: Tensor4D;
  /** Classes, or shares of them where images are mixed. Shape: int32 [N] or float32 [N, K]. */
  readonly labels: Tensor1D | Tensor2D;
}

export interface OverlapOptions {
  readonly batchSize: number;
  /** Full batches an epoch. */
  readonly batchCount: number;
  /** The shape of augmented images. */
  readonly shape: ImageShape;
  /** In how many versions images come. */
  readonly versions: number;
  /** How many classes labels have shares of; left out where they are classes. */
  readonly classCount?: number | undefined;
  /** Int32 scalar: steps done so far. */
  readonly iteration: Variable;
  /** Gathers and augments the next batch; `step` is the step that it is for. */
  load(size: number, step: Tensor): Batch;
  /** Trains on a batch and returns its loss. */
  train(batch: Batch): Tensor;
}

export interface OverlappedSteps {
  readonly steps: Readonly<Record<string, Step>>;
  readonly state: readonly Variable[];
  /** The step that must run before an epoch's first one. */
  readonly prepare: string;
  readonly schedule: readonly string[];
}

/**
 * Builds steps that augment the next batch while the network computes on the present one: nothing in a step depends on
 * both, so TensorFlow fills the pauses of one with the other. The batches and their random numbers are those of steps
 * without overlap.
 */
export function createOverlappedSteps(options: OverlapOptions): OverlappedSteps {
  const tf = tensorflow();
  const { batchSize, batchCount, shape, versions, classCount, iteration } = options;
  const imageShape = [versions * batchSize, shape.height, shape.width, shape.channels];
  const images = createVariable(tf.zeros(imageShape));
  const labels = createVariable(
    classCount === undefined ? tf.zeros([batchSize], 'int32') : tf.zeros([batchSize, classCount]),
  );
  const take = () => ({
    images: images.clone() as Tensor4D,
    labels: labels.clone() as Tensor1D | Tensor2D,
  });
  const prepare = (step: Tensor): void => {
    const batch = options.load(batchSize, step);
    images.assign(batch.images);
    labels.assign(batch.labels);
  };
  const prepareFirst: Step = {
    compute() {
      prepare(iteration);
      return [];
    },
  };
  const train: Step = {
    compute() {
      const batch = take();
      prepare(iteration.add(tf.scalar(1, 'int32')));
      return [options.train(batch)];
    },
  };
  const trainLast: Step = { compute: () => [options.train(take())] };
  return {
    steps: { prepare: prepareFirst, ...(batchCount > 1 && { train }), trainLast },
    state: [images, labels],
    prepare: 'prepare',
    schedule: [...Array<string>(batchCount - 1).fill('train'), 'trainLast'],
  };
}
