import { attribute, runKernel } from '../graph/native-backend.js';
import type { Program } from '../graph/program.js';
import { type Tensor, tensorflow, type Variable } from '../graph/tensorflow.js';
import { createVariable } from '../graph/variable.js';

/** What a training's gradients were like. */
export interface GradientNorms {
  /** Of the first steps, at most {@link firstStepCount}. */
  readonly firstSteps: readonly number[];
  /** Mean over each epoch's steps. */
  readonly epochs: readonly number[];
}

/** Measures the Euclidean norm of the gradient over all trainable weights in every step, on the engine. */
export interface GradientNorm {
  readonly state: readonly Variable[];
  /** Takes in a step's gradients. Traceable. */
  add(gradients: readonly Tensor[]): void;
  /** Begins an epoch. */
  reset(program: Program): void;
  /** Reads the mean of an epoch that is done. @param steps of the epoch. */
  readMean(program: Program, steps: number): number;
  /** Reads the norms of the training's first steps. @param steps done so far. */
  readFirstSteps(program: Program, steps: number): number[];
}

const firstStepCount = 20;

/** JSON has no infinity; a norm whose square overflows float32 is beyond all that can be trained with anyway. */
const largestNorm = 3.4e38;

/** @param iteration int32 scalar: steps done so far. */
export function createGradientNorm(iteration: Variable): GradientNorm {
  const tf = tensorflow();
  const sum = createVariable(tf.scalar(0));
  const firstSteps = createVariable(tf.zeros([firstStepCount]));
  return {
    state: [sum, firstSteps],
    add(gradients) {
      tf.tidy(() => {
        const norm = measureGlobalNorm(gradients);
        sum.assign(sum.add(norm));
        const isThisStep = tf.range(0, firstStepCount, 1, 'int32').equal(iteration);
        firstSteps.assign(tf.where(isThisStep, norm, firstSteps));
      });
    },
    reset(program) {
      tf.tidy(() => program.write([[sum, tf.scalar(0)]]));
    },
    readMean: (program, steps) =>
      Math.min((readValues(program, sum)[0] as number) / steps, largestNorm),
    readFirstSteps: (program, steps) =>
      readValues(program, firstSteps)
        .slice(0, steps)
        .map((norm) => Math.min(norm, largestNorm)),
  };
}

/**
 * Returns the Euclidean norm over all tensors together. Their sums stand in one tensor before they are added: the inputs of
 * an AddN TensorFlow adds in an order that differs from one compilation to the next, in the last digit. Shape: any to [].
 */
export function measureGlobalNorm(tensors: readonly Tensor[]): Tensor {
  return tensorflow().stack(tensors.map(halfSquares)).sum<Tensor>().mul<Tensor>(2).sqrt();
}

/** Formula: sum(x^2) / 2, in one pass and without a tensor of squares. Shape: any to []. */
function halfSquares(x: Tensor): Tensor {
  return runKernel({ name: 'L2Loss', attributes: { T: attribute.type('float32') }, inputs: [x] });
}

function readValues(program: Program, variable: Variable): number[] {
  const tensors = program.read([variable]);
  const values = Array.from(tensors[0]?.dataSync() ?? []);
  tensorflow().dispose(tensors);
  return values;
}
