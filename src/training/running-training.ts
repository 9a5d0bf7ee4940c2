import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { type CallbacksState, initialCallbacks, updateCallbacks } from './callbacks.js';
import type { EpochRecord } from './epoch-record.js';
import type { Learner } from './learner.js';
import type { TrainingRecipe } from './recipe.js';
import { countStepsDone, type Position } from './run-epoch.js';
import { countStepsOf } from './training-length.js';

/** How a training stands, apart from what the learner holds. */
export interface RunningTraining {
  readonly position: Position;
  readonly history: EpochRecord[];
  callbacks: CallbacksState;
  /** Mean gradient norm of each epoch; empty where it is not measured. */
  readonly gradientNorms: number[];
  /** The weights to restore at the end, on the engine. `epoch` is counted from 1. */
  best?: { readonly epoch: number; readonly weights: readonly Tensor[] };
}

export function beginTraining(recipe: TrainingRecipe): RunningTraining {
  return {
    position: { epoch: 0, step: 0, seconds: 0 },
    history: [],
    callbacks: initialCallbacks(recipe),
    gradientNorms: [],
  };
}

/** Tells whether all epochs are done, or EarlyStopping ended them. */
export function isOver({ position, callbacks }: RunningTraining, { length }: Learner): boolean {
  return position.epoch >= length.epochCount || callbacks.earlyStopping.stop;
}

/** Takes in an epoch: runs the callbacks on it, keeps its weights if they are the best, and moves on to the next. */
export function endEpoch(
  training: RunningTraining,
  record: EpochRecord,
  { learner, recipe }: { readonly learner: Learner; readonly recipe: TrainingRecipe },
): void {
  const tf = tensorflow();
  const { position, callbacks, gradientNorms } = training;
  const { gradientNorm, program, length, average } = learner;
  const { trainLoss, trainAccuracy, validationLoss, validationAccuracy } = record;
  const values = { trainLoss, trainAccuracy, validationLoss, validationAccuracy };
  const decision = updateCallbacks(callbacks, { epoch: position.epoch, values }, recipe);
  training.history.push(record);
  const steps = countStepsOf(position.epoch, length);
  if (gradientNorm) gradientNorms.push(gradientNorm.readMean(program, steps));
  training.callbacks = decision.state;
  if (decision.keepWeights) {
    forgetBest(training);
    const isAverage = average?.isJudged(countStepsDone(position, learner)) ?? false;
    const judged = isAverage && average ? average.state : learner.weights;
    training.best = { epoch: record.epoch, weights: program.read(judged) };
  }
  tf.tidy(() => {
    program.write([[learner.learningRate, tf.scalar(decision.learningRate)]]);
  });
  Object.assign(position, { epoch: position.epoch + 1, step: 0, seconds: 0 });
}

/** Gives the learner the best weights, where some were kept. */
export function restoreBest({ best }: RunningTraining, { program, weights }: Learner): void {
  if (!best) return;
  program.write(weights.map((variable, index) => [variable, best.weights[index] as Tensor]));
}

export function forgetBest({ best }: RunningTraining): void {
  tensorflow().dispose([...(best?.weights ?? [])]);
}
