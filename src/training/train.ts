import { captureTraining, resumeTraining } from './checkpoint/capture.js';
import type { TrainingState } from './checkpoint/state.js';
import type { EpochRecord } from './epoch-record.js';
import type { GradientNorms } from './gradient-norm.js';
import type { Learner } from './learner.js';
import type { TrainingRecipe } from './recipe.js';
import {
  readFiniteMetrics,
  requireFiniteState,
  runEpoch,
  type TrainProgress,
} from './run-epoch.js';
import {
  beginTraining,
  endEpoch,
  forgetBest,
  isOver,
  type RunningTraining,
  restoreBest,
} from './running-training.js';
import { createFactor } from './schedule.js';
import { countStepsOf } from './training-length.js';
import { createTurns } from './turns.js';
import type { WeightAverage } from './weight-average.js';

export type { EpochRecord } from './epoch-record.js';
export type { TrainProgress } from './run-epoch.js';

export interface TrainOptions {
  readonly learner: Learner;
  /** The learner's. */
  readonly recipe: TrainingRecipe;
  readonly seed: number;
  /** Training images an epoch. */
  readonly imageCount: number;
  /** Name of the evaluation that epochs are judged on; left out for none. */
  readonly validation?: string;
  /** Where to go on from: a state of a training with the same options. */
  readonly resume?: TrainingState | undefined;
  /** Called now and then, at most every 100 ms or so. */
  onProgress?(progress: TrainProgress): void;
  onEpoch?(record: EpochRecord): void;
  /**
   * Is to keep what `capture` returns. Awaited after each epoch, and in the middle of one where the training is told to
   * stop; never with numbers that are not finite.
   */
  checkpoint?(capture: () => TrainingState): Promise<void>;
  /** Asked after each step of training and evaluation: true ends the training after a checkpoint. */
  shouldStop?(): boolean;
}

export type Trained = FinishedTraining | InterruptedTraining;

export interface FinishedTraining {
  readonly status: 'finished';
  readonly history: readonly EpochRecord[];
  /** Counted from 1; set where the weights of that epoch were restored at the end. */
  readonly restoredEpoch?: number;
  /** Set where the final weights are an average. */
  readonly average?: WeightAverage['name'];
  readonly stoppedEarly: boolean;
  /** Set where the learner measures it. */
  readonly gradientNorms?: GradientNorms;
}

/** It goes on from its last checkpoint. */
interface InterruptedTraining {
  readonly status: 'interrupted';
  /** Of the epochs that are done. */
  readonly history: readonly EpochRecord[];
}

/**
 * Trains until the recipe's epochs are done, EarlyStopping ends it (the learner then holds the final weights), or it is
 * told to stop. Stopped and continued, it ends with the same numbers as without, bit for bit.
 * @throws UserError (a failed trial) if loss or weights are no longer finite; (cannot resume) if `resume` is of another
 * training.
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { learner, recipe, resume } = options;
  const training = resume ? resumeTraining(learner, resume) : beginTraining(recipe);
  try {
    return await continueTraining(options, training);
  } finally {
    forgetBest(training);
  }
}

async function continueTraining(
  options: TrainOptions,
  training: RunningTraining,
): Promise<Trained> {
  const { learner, recipe, checkpoint, shouldStop } = options;
  const { batchSize } = recipe;
  const { history } = training;
  const turns = createTurns(shouldStop);
  while (!isOver(training, learner)) {
    const epoch = await runEpoch({ ...options, batchSize, turns }, training.position);
    if (!epoch) {
      await checkpointWithin(options, training);
      return { status: 'interrupted', history };
    }
    const record = { ...epoch, learningRate: learningRateOf(training, options) };
    endEpoch(training, record, options);
    options.onEpoch?.(record);
    await checkpoint?.(() => captureTraining(learner, training));
    if (!isOver(training, learner) && shouldStop?.()) return { status: 'interrupted', history };
  }
  return finish(learner, training);
}

/** Of the present epoch's last step. */
function learningRateOf(
  { position, callbacks: { plateau } }: RunningTraining,
  { learner: { length }, recipe: { schedule } }: TrainOptions,
): number {
  if (!schedule) return plateau.learningRate;
  const last = position.epoch * length.stepsPerEpoch + countStepsOf(position.epoch, length) - 1;
  return plateau.learningRate * createFactor(schedule, length)(last);
}

/** Gives the learner its final weights. */
function finish(learner: Learner, training: RunningTraining): FinishedTraining {
  const { gradientNorm, program, length, average } = learner;
  const { history, best, callbacks, gradientNorms } = training;
  const stepsAfter = (epoch: number) => Math.min(length.totalSteps, epoch * length.stepsPerEpoch);
  const done = stepsAfter(history.length);
  if (best) restoreBest(training, learner);
  else average?.adopt(program, done);
  const isAverage = best ? average?.isJudged(stepsAfter(best.epoch)) : average?.hasBegun(done);
  const firstSteps = gradientNorm?.readFirstSteps(program, done);
  return {
    status: 'finished',
    history,
    stoppedEarly: callbacks.earlyStopping.stop,
    ...(best && { restoredEpoch: best.epoch }),
    ...(average && isAverage && { average: average.name }),
    ...(firstSteps && { gradientNorms: { firstSteps, epochs: gradientNorms } }),
  };
}

/** Lets a checkpoint be made within an epoch, unless the training is still where it was resumed. */
async function checkpointWithin(
  { learner, resume, checkpoint }: TrainOptions,
  training: RunningTraining,
): Promise<void> {
  const { epoch, step } = training.position;
  if (epoch === resume?.epoch && step === resume.step) return;
  readFiniteMetrics(learner, epoch);
  requireFiniteState(learner, epoch);
  await checkpoint?.(() => captureTraining(learner, training));
}
