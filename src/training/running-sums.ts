import type { Program } from '../graph/program.js';
import { type Tensor1D, type Tensor2D, tensorflow, type Variable } from '../graph/tensorflow.js';
import { createVariable } from '../graph/variable.js';

/** Mean loss and share of right answers so far. Range: accuracy 0..1. */
export interface Metrics {
  readonly loss: number;
  readonly accuracy: number;
}

/** Sums over batches that stay on the engine until something shows them. */
export interface RunningSums {
  readonly state: readonly Variable[];
  /**
   * Takes in a batch. Traceable. An answer is right that is the class of which the label has the largest share.
   * Shape: losses [N], logits [N, K], labels int32 [N] or shares [N, K].
   */
  add(batch: { losses: Tensor1D; logits: Tensor2D; labels: Tensor1D | Tensor2D }): void;
  reset(program: Program): void;
  /** Reads the sums from the engine. */
  read(program: Program): Metrics;
  /** Reads how many batches came in before the first whose loss was not finite. */
  countFinite(program: Program): number;
}

/** The mean loss weighs every image alike, as Keras' does: a smaller last batch counts for less. */
export function createRunningSums(): RunningSums {
  const tf = tensorflow();
  const lossSum = createVariable(tf.scalar(0));
  const rightCount = createVariable(tf.scalar(0, 'int32'));
  const imageCount = createVariable(tf.scalar(0, 'int32'));
  const finiteCount = createVariable(tf.scalar(0, 'int32'));
  const state = [lossSum, rightCount, imageCount, finiteCount];
  return {
    state,
    add({ losses, logits, labels }) {
      tf.tidy(() => {
        const classes = labels.rank === 2 ? labels.argMax(1) : labels;
        // Summed in float32, exact up to 16.7 million images: of int32, TensorFlow sums in the machine's memory where a GPU computes.
        const right = logits.argMax(1).equal(classes).cast('float32').sum().cast('int32');
        const lossSoFar = lossSum.add(losses.sum());
        lossSum.assign(lossSoFar);
        // A sum that is not finite stays so.
        finiteCount.assign(finiteCount.add(lossSoFar.isFinite().cast('int32')));
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
      const [loss, right, images] = readScalars(program, [lossSum, rightCount, imageCount]);
      return { loss: Number(loss) / Number(images), accuracy: Number(right) / Number(images) };
    },
    countFinite: (program) => Number(readScalars(program, [finiteCount])[0]),
  };
}

function readScalars(program: Program, variables: readonly Variable[]): number[] {
  const tensors = program.read(variables);
  const values = tensors.map((tensor) => Number(tensor.dataSync()[0]));
  tensorflow().dispose(tensors);
  return values;
}
