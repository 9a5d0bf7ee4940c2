import { attribute, runKernel } from '../engine/kernel.js';
import type { Program, Step } from '../engine/program/program.js';
import {
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
  type Variable,
} from '../engine/tensorflow.js';
import { createVariable } from '../engine/variable.js';
import type { ImageTable } from './image-table.js';
import { crossEntropy } from './loss.js';
import type { Optimizer } from './optimizer.js';
import type { RunningSums } from './running-sums.js';

export interface TrainStepsOptions {
  readonly table: ImageTable;
  readonly batchSize: number;
  readonly labelSmoothing: number;
  readonly optimizer: Optimizer;
  readonly sums: RunningSums;
  /** The model's trainable weights. */
  readonly weights: readonly Variable[];
  /** Int32 scalar: steps done so far; random streams depend on it. */
  readonly iteration: Variable;
  augment(images: Tensor4D): Tensor4D;
  logits(images: Tensor4D): Tensor2D;
}

/** The steps of an epoch: as many full batches as fit, and one of what is left. */
export interface TrainSteps {
  readonly steps: Readonly<Record<string, Step>>;
  readonly state: readonly Variable[];
  /** Names of the steps to run for one epoch, in order. */
  readonly schedule: readonly string[];
  /** Sets the order of an epoch's images and starts at its beginning. */
  begin(program: Program, order: Int32Array): void;
}

/**
 * Builds the training step: gathers a batch by index, augments it, and updates the weights from its mean loss. All of
 * it stays on the engine; the step returns its loss, which costs nothing unless it is read.
 */
export function createTrainSteps(options: TrainStepsOptions): TrainSteps {
  const tf = tensorflow();
  const { table, batchSize } = options;
  const order = createVariable(tf.zeros([table.count], 'int32'));
  const position = createVariable(tf.scalar(0, 'int32'));
  const fullCount = Math.floor(table.count / batchSize);
  const rest = table.count % batchSize;
  const stepOf = (size: number): Step => ({
    compute() {
      const indices = slice(order, position, size);
      position.assign(position.add(tf.scalar(size, 'int32')));
      return [trainOnBatch(options, indices)];
    },
  });
  const steps: Record<string, Step> = {};
  if (fullCount > 0) steps.train = stepOf(batchSize);
  if (rest > 0) steps.trainRest = stepOf(rest);
  return {
    steps,
    state: [order, position],
    schedule: [...Array<string>(fullCount).fill('train'), ...(rest > 0 ? ['trainRest'] : [])],
    begin(program, values) {
      tf.tidy(() => {
        program.write([
          [order, tf.tensor1d(values, 'int32')],
          [position, tf.scalar(0, 'int32')],
        ]);
      });
    },
  };
}

function trainOnBatch(options: TrainStepsOptions, indices: Tensor1D): Tensor {
  const tf = tensorflow();
  const { images, labels } = options.table.gather(indices);
  const augmented = options.augment(images);
  let batch: { losses: Tensor1D; logits: Tensor2D } | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const logits = tf.keep(options.logits(augmented));
    const losses = tf.keep(crossEntropy(logits, labels, options.labelSmoothing));
    batch = { losses, logits };
    return losses.mean();
  }, [...options.weights]);
  if (!batch) throw new Error('The loss was not computed.');
  options.sums.add({ ...batch, labels });
  tf.dispose([batch.losses, batch.logits]);
  options.optimizer.apply(options.weights.map((weight) => grads[weight.name] as Tensor));
  options.iteration.assign(options.iteration.add(tf.scalar(1, 'int32')));
  return value;
}

/** Takes `size` elements from `begin`, which may be a variable, on. Shape: [M] and a scalar to [size]. */
function slice(values: Tensor, begin: Tensor, size: number): Tensor1D {
  return runKernel({
    name: 'Slice',
    attributes: { T: attribute.type('int32'), Index: attribute.type('int32') },
    inputs: [values, begin.reshape([1]), tensorflow().tensor1d([size], 'int32')],
  }) as Tensor1D;
}
