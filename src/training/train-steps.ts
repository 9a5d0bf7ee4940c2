import { computeIn } from '../graph/precision.js';
import type { Program, Step } from '../graph/program.js';
import {
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensorflow,
  type Variable,
} from '../graph/tensorflow.js';
import { versionCount } from '../stages/pipeline.js';
import type { ImageShape } from '../stages/stage.js';
import { createBatchOrder } from './data-order.js';
import type { GradientNorm } from './gradient-norm.js';
import type { ImageTable } from './image-table.js';
import { computeLosses, smoothLabels } from './loss.js';
import type { DrawMoment } from './network.js';
import type { Optimizer } from './optimizer.js';
import { type Batch, createOverlappedSteps } from './overlapped-steps.js';
import type { TrainingRecipe } from './recipe.js';
import type { RunningSums } from './running-sums.js';

export interface TrainStepsOptions {
  readonly table: ImageTable;
  readonly recipe: Pick<
    TrainingRecipe,
    'batchSize' | 'dropLast' | 'jensenShannon' | 'labelSmoothing' | 'lossReduction' | 'precision'
  >;
  readonly optimizer: Optimizer;
  readonly sums: RunningSums;
  /** The model's trainable weights. */
  readonly weights: readonly Variable[];
  /** Int32 scalar: steps done so far. */
  readonly iteration: Variable;
  /** Left out, gradients are not measured. */
  readonly gradientNorm?: GradientNorm | undefined;
  /** The shape of augmented images where augmenting costs something: it then runs beside the step before. */
  readonly overlapped?: ImageShape | undefined;
  /** Set where stages mix images: labels then enter and leave `augment` as shares of so many classes. */
  readonly classCount?: number | undefined;
  /** Of the whole training. */
  readonly totalSteps: number;
  /** Applies the stages for training. */
  augment(batch: Batch, moment: DrawMoment): Batch;
  logits(images: Tensor4D): Tensor2D;
}

/** The steps of an epoch: as many full batches as fit, and one of what is left unless that is dropped. */
export interface TrainSteps {
  readonly steps: Readonly<Record<string, Step>>;
  readonly state: readonly Variable[];
  /** Names of the steps to run for one epoch, in order. */
  readonly schedule: readonly string[];
  /** Names of the steps to run for the first `count` steps of an epoch. */
  scheduleOf(count: number): readonly string[];
  /** Sets the order of an epoch's images and starts at its beginning. */
  begin(program: Program, order: Int32Array): void;
}

/**
 * Builds the training step: gathers a batch by index, augments it, and updates the weights from its loss. All of
 * it stays on the engine; the step returns its loss, which costs nothing unless it is read.
 */
export function createTrainSteps(options: TrainStepsOptions): TrainSteps {
  const { table, recipe, iteration, classCount } = options;
  const { batchSize } = recipe;
  const order = createBatchOrder(table.count);
  const batchCount = Math.floor(table.count / batchSize);
  const rest = recipe.dropLast ? 0 : table.count % batchSize;
  const stepsPerEpoch = batchCount + (rest > 0 ? 1 : 0);
  const load = (size: number, step: Tensor): Batch => {
    const indices = order.take(size);
    const epoch = step.floorDiv<Tensor>(tensorflow().scalar(stepsPerEpoch, 'int32'));
    const progress = step.cast('float32').div<Tensor>(options.totalSteps);
    const { images, labels } = table.gather(indices);
    const given =
      classCount === undefined ? labels : smoothLabels(labels, classCount, recipe.labelSmoothing);
    return options.augment({ images, labels: given }, { step, indices, epoch, progress });
  };
  const stepOf = (size: number): Step => ({
    compute: () => [trainOnBatch(options, load(size, iteration))],
  });
  const overlapped =
    options.overlapped && batchCount > 0
      ? createOverlappedSteps({
          batchSize,
          batchCount,
          shape: options.overlapped,
          versions: recipe.jensenShannon === undefined ? 1 : versionCount,
          classCount,
          iteration,
          load,
          train: (batch) => trainOnBatch(options, batch),
        })
      : undefined;
  const full = overlapped ?? {
    steps: batchCount > 0 ? { train: stepOf(batchSize) } : {},
    state: [],
    schedule: Array<string>(batchCount).fill('train'),
  };
  const schedule = [...full.schedule, ...(rest > 0 ? ['trainRest'] : [])];
  return {
    steps: { ...full.steps, ...(rest > 0 && { trainRest: stepOf(rest) }) },
    state: [...order.state, ...full.state],
    schedule,
    scheduleOf: (count) =>
      count === schedule.length
        ? schedule
        : [...schedule.slice(0, count - 1), overlapped ? 'trainLast' : 'train'],
    begin(program, values) {
      order.begin(program, values);
      if (overlapped) tensorflow().dispose(program.run(overlapped.prepare));
    },
  };
}

function trainOnBatch(options: TrainStepsOptions, { images, labels }: Batch): Tensor {
  const tf = tensorflow();
  let batch: { losses: Tensor1D; logits: Tensor2D } | undefined;
  const batchLoss = () => {
    const judged = computeLosses(options.logits(images), labels, options.recipe);
    const losses = tf.keep(judged.losses);
    batch = { losses, logits: tf.keep(judged.logits) };
    return (options.recipe.lossReduction === 'sum' ? losses.sum() : losses.mean()) as Scalar;
  };
  const { value, grads } = computeIn(options.recipe.precision, () =>
    tf.variableGrads(batchLoss, [...options.weights]),
  );
  if (!batch) throw new Error('The loss was not computed.');
  options.sums.add({ ...batch, labels });
  tf.dispose([batch.losses, batch.logits]);
  const gradients = options.weights.map((weight) => grads[weight.name] as Tensor);
  options.gradientNorm?.add(gradients);
  options.optimizer.apply(gradients);
  options.iteration.assign(options.iteration.add(tf.scalar(1, 'int32')));
  return value;
}
