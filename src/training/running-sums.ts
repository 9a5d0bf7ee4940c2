import type { Program } from '../engine/program/program.js';
import { type Tensor1D, type Tensor2D, tensorflow, type Variable } from '../engine/tensorflow.js';
import { createVariable } from '../engine/variable.js';

/** Mean loss and share of right answers so far. Range: accuracy 0..1. */
export interface Metrics {
  readonly loss: number;
  readonly accuracy: number;
}

/** Sums over batches that stay on the engine until something shows them. */
export interface RunningSums {
  readonly state: readonly Variable[];
  /** Takes in a batch. Traceable. Shape: losses [N], logits [N, K], labels [N]. */
  add(batch: { losses: Tensor1D; logits: Tensor2D; labels: Tensor1D }): void;
  reset(program: Program): void;
  /** Reads the sums from the engine. */
  read(program: Program): Metrics;
}

/** The mean loss weighs every image alike, as Keras' does: a smaller last batch counts for less. */
export function createRunningSums(): RunningSums {
  const tf = tensorflow();
  const lossSum = createVariable(tf.scalar(0));
  const rightCount = createVariable(tf.scalar(0, 'int32'));
  const imageCount = createVariable(tf.scalar(0, 'int32'));
  const state = [lossSum, rightCount, imageCount];
  return {
    state,
    add({ losses, logits, labels }) {
      tf.tidy(() => {
        const right = logits.argMax(1).equal(labels).cast('int32').sum();
        lossSum.assign(lossSum.add(losses.sum()));
        rightCount.assign(rightCount.add(right));
        imageCount.assign(imageCount.add(tf.scalar(losses.shape[0], 'int32')));
      });
    },
    reset(program) {
      tf.tidy(() => {
        program.write(state.map((variable) => [variable, tf.zeros([], variable.dtype)]));
      });
    },
    read(program) {
      const tensors = program.read(state);
      const [loss, right, images] = tensors.map((tensor) => Number(tensor.dataSync()[0]));
      tf.dispose(tensors);
      return { loss: Number(loss) / Number(images), accuracy: Number(right) / Number(images) };
    },
  };
}
