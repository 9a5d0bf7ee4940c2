import { tensorflow } from '../graph/tensorflow.js';
import { exitCodes, UserError } from '../user-error.js';
import { shuffledOrder } from './data-order.js';
import type { EpochRecord } from './epoch-record.js';
import { evaluateInTurns } from './evaluation.js';
import type { Learner } from './learner.js';
import type { Metrics } from './running-sums.js';
import { countStepsOf } from './training-length.js';
import type { Turns } from './turns.js';

/**
 * Reads loss and accuracy of the epoch so far.
 * @param epoch counted from 0.
 * @throws UserError (a failed trial) naming the step if the loss is no longer finite.
 */
export function readFiniteMetrics({ sums, program }: Learner, epoch: number): Metrics {
  const metrics = sums.read(program);
  if (Number.isFinite(metrics.loss)) return metrics;
  const step = sums.countFinite(program) + 1;
  throw diverged(`The training loss became ${metrics.loss} in step ${step} of epoch ${epoch + 1}.`);
}

/**
 * Makes sure that a training can go on from what it holds: a loss may be finite when weights no longer are.
 * @param epoch counted from 0.
 * @throws UserError (a failed trial)
 */
export function requireFiniteState({ finiteCheck, program }: Learner, epoch: number): void {
  const name = finiteCheck.findNonFinite(program);
  if (name === undefined) return;
  const what = name.startsWith('weight') ? 'The weights' : "The optimizer's averages";
  throw diverged(`${what} were no longer finite in epoch ${epoch + 1} (${name}).`);
}

function diverged(message: string): UserError {
  return new UserError(message, {
    hint: 'Lower training.optimizer.learningRate, or scale the pixels (minmax or zscore).',
    exitCode: exitCodes.trialFailed,
  });
}

/** Where a training is, for a progress line. */
export interface TrainProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly imagesPerSecond: number;
  /**
   * Reads loss and accuracy of the epoch so far from the engine.
   * @throws UserError (a failed trial) if the loss is no longer finite.
   */
  metrics(): Metrics;
}

/** How far a training is. */
export interface Position {
  /** Epochs done: the present one, counted from 0. */
  epoch: number;
  /** Steps done of the present epoch; 0 before it has begun. */
  step: number;
  /** Seconds that those steps took. */
  seconds: number;
}

export interface EpochOptions {
  readonly learner: Learner;
  readonly batchSize: number;
  readonly seed: number;
  /** Training images an epoch. */
  readonly imageCount: number;
  /** Name of the evaluation that epochs are judged on; left out for none. */
  readonly validation?: string;
  readonly turns: Turns;
  onProgress?(progress: TrainProgress): void;
}

/**
 * Trains from a position to the end of its epoch and judges it. Moves the position on step by step. Returns nothing if
 * it was told to stop: the epoch then goes on from the position, which is at its end if only the judging is left.
 * @throws UserError (a failed trial) if loss or weights are no longer finite.
 */
export async function runEpoch(
  options: EpochOptions,
  position: Position,
): Promise<Omit<EpochRecord, 'learningRate'> | undefined> {
  const { learner, seed, imageCount } = options;
  if (position.step === 0) {
    const started = performance.now();
    learner.sums.reset(learner.program);
    learner.gradientNorm?.reset(learner.program);
    const order = shuffledOrder(imageCount, { seed, epoch: position.epoch });
    learner.train.begin(learner.program, order);
    position.seconds = secondsSince(started);
  }
  if (!(await runSteps(options, position))) return undefined;
  const { loss, accuracy } = readFiniteMetrics(learner, position.epoch);
  requireFiniteState(learner, position.epoch);
  const judging = performance.now();
  const judged = await judge(options, position);
  if (judged === 'interrupted') return undefined;
  return {
    epoch: position.epoch + 1,
    trainLoss: loss,
    trainAccuracy: accuracy,
    ...(judged && { validationLoss: judged.loss, validationAccuracy: judged.accuracy }),
    trainSeconds: position.seconds,
    validationSeconds: secondsSince(judging),
  };
}

/** Returns whether the epoch's steps are done. */
async function runSteps(options: EpochOptions, position: Position): Promise<boolean> {
  const { learner, turns, onProgress } = options;
  const schedule = learner.train.scheduleOf(countStepsOf(position.epoch, learner.length));
  const started = performance.now();
  const before = position.seconds;
  while (position.step < schedule.length) {
    tensorflow().dispose(learner.program.run(schedule[position.step] as string));
    position.step++;
    endStep(learner, countStepsDone(position, learner));
    position.seconds = before + secondsSince(started);
    const stop = await turns.pass(() => onProgress?.(describeProgress(options, position)));
    if (stop) return false;
  }
  return true;
}

function describeProgress(
  { learner, batchSize }: EpochOptions,
  { epoch, step, seconds }: Position,
): TrainProgress {
  return {
    epoch: epoch + 1,
    epochs: learner.length.epochCount,
    step,
    steps: countStepsOf(epoch, learner.length),
    imagesPerSecond: (step * batchSize) / seconds,
    metrics: () => readFiniteMetrics(learner, epoch),
  };
}

/** What belongs to a step of training, so that no checkpoint comes between them. */
function endStep({ average, program, length }: Learner, stepsDone: number): void {
  average?.update(program, stepsDone);
  if (stepsDone === length.totalSteps) average?.adopt(program, stepsDone);
}

/** Counts the training's steps so far. */
export function countStepsDone({ epoch, step }: Position, { length }: Learner): number {
  return epoch * length.stepsPerEpoch + step;
}

async function judge(
  { learner, validation, turns }: EpochOptions,
  position: Position,
): Promise<Metrics | 'interrupted' | undefined> {
  const { program, average, evaluations } = learner;
  const evaluation = validation === undefined ? undefined : evaluations[validation];
  if (!evaluation) return undefined;
  const evaluate = () => evaluateInTurns(evaluation, { program, turns });
  const step = countStepsDone(position, learner);
  const judged = average ? average.withJudged(program, step, evaluate) : evaluate();
  return (await judged) ?? 'interrupted';
}

function secondsSince(moment: number): number {
  return (performance.now() - moment) / 1000;
}
