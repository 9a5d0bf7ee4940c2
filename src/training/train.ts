import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Tensor, tensorflow } from '../engine/tensorflow.js';
import { exitCodes, UserError } from '../user-error.js';
import { type CallbacksDecision, initialCallbacks, updateCallbacks } from './callbacks.js';
import { shuffledOrder } from './data-order.js';
import type { EvaluationResult } from './evaluation.js';
import type { Learner } from './learner.js';
import type { TrainingRecipe } from './recipe.js';
import type { Metrics } from './running-sums.js';

/** What one epoch came to. Range: accuracies 0..1. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** Left out without validation. */
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  /** The learning rate that the epoch was trained with. */
  readonly learningRate: number;
  readonly trainSeconds: number;
  readonly validationSeconds: number;
}

/** Where a training is, for a progress line. */
export interface TrainProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly imagesPerSecond: number;
  /** Reads loss and accuracy of the epoch so far from the engine. */
  metrics(): Metrics;
}

export interface TrainOptions {
  readonly learner: Learner;
  readonly recipe: TrainingRecipe;
  readonly seed: number;
  /** Training images an epoch. */
  readonly imageCount: number;
  /** Name of the evaluation that epochs are judged on; left out for none. */
  readonly validation?: string;
  /** Called now and then, at most every 100 ms or so. */
  onProgress?(progress: TrainProgress): void;
  onEpoch?(record: EpochRecord): void;
}

export interface Trained {
  readonly history: readonly EpochRecord[];
  /** Counted from 1; set where the weights of that epoch were restored at the end. */
  readonly restoredEpoch?: number;
  readonly stoppedEarly: boolean;
}

/** Time between two turns of the event loop, in which signals and progress lines get their chance. */
const turnMilliseconds = 100;

/** When the event loop last had its turn; kept from epoch to epoch, because epochs may be shorter than that. */
interface Clock {
  turned: number;
}

/**
 * Trains until the recipe's epochs are done or EarlyStopping ends it; the learner then holds the final weights.
 * @throws UserError (a failed trial) if the loss is no longer finite.
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { learner, recipe } = options;
  const tf = tensorflow();
  const history: EpochRecord[] = [];
  let callbacks = initialCallbacks(recipe);
  let kept: { readonly epoch: number; readonly weights: Tensor[] } | undefined;
  let stop = false;
  const clock: Clock = { turned: performance.now() };
  try {
    for (let epoch = 0; epoch < recipe.epochs && !stop; epoch++) {
      const { learningRate } = callbacks.plateau;
      const record = { ...(await runEpoch(options, epoch, clock)), learningRate };
      history.push(record);
      options.onEpoch?.(record);
      const decision = updateCallbacks(
        callbacks,
        { epoch, values: monitoredValues(record) },
        recipe,
      );
      ({ state: callbacks, stop } = decision);
      if (decision.keepWeights) {
        tf.dispose(kept?.weights ?? []);
        kept = { epoch: epoch + 1, weights: learner.program.read(learner.weights) };
      }
      setLearningRate(learner, decision);
    }
    if (kept) restore(learner, kept.weights);
  } finally {
    tf.dispose(kept?.weights ?? []);
  }
  const stoppedEarly = stop;
  return kept ? { history, stoppedEarly, restoredEpoch: kept.epoch } : { history, stoppedEarly };
}

async function runEpoch(
  options: TrainOptions,
  epoch: number,
  clock: Clock,
): Promise<Omit<EpochRecord, 'learningRate'>> {
  const { learner, seed, imageCount } = options;
  const started = performance.now();
  learner.sums.reset(learner.program);
  learner.train.begin(learner.program, shuffledOrder(imageCount, { seed, epoch }));
  await runSteps(options, { epoch, started, clock });
  const { loss, accuracy } = learner.sums.read(learner.program);
  requireFinite(loss, epoch);
  const trained = performance.now();
  const validation = evaluateOn(options);
  return {
    epoch: epoch + 1,
    trainLoss: loss,
    trainAccuracy: accuracy,
    ...(validation && {
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
    }),
    trainSeconds: (trained - started) / 1000,
    validationSeconds: (performance.now() - trained) / 1000,
  };
}

async function runSteps(
  { learner, recipe, onProgress }: TrainOptions,
  { epoch, started, clock }: { epoch: number; started: number; clock: Clock },
): Promise<void> {
  const { schedule } = learner.train;
  for (const [index, name] of schedule.entries()) {
    tensorflow().dispose(learner.program.run(name));
    const now = performance.now();
    if (now - clock.turned < turnMilliseconds) continue;
    clock.turned = now;
    const step = index + 1;
    onProgress?.({
      epoch: epoch + 1,
      epochs: recipe.epochs,
      step,
      steps: schedule.length,
      imagesPerSecond: (step * recipe.batchSize * 1000) / (now - started),
      metrics: () => learner.sums.read(learner.program),
    });
    await nextTurn();
  }
}

function evaluateOn({ learner, validation }: TrainOptions): EvaluationResult | undefined {
  return validation === undefined
    ? undefined
    : learner.evaluations[validation]?.run(learner.program);
}

function monitoredValues(record: EpochRecord) {
  const { trainLoss, trainAccuracy, validationLoss, validationAccuracy } = record;
  return { trainLoss, trainAccuracy, validationLoss, validationAccuracy };
}

function setLearningRate(learner: Learner, { learningRate }: CallbacksDecision): void {
  const tf = tensorflow();
  tf.tidy(() => learner.program.write([[learner.learningRate, tf.scalar(learningRate)]]));
}

function restore(learner: Learner, weights: readonly Tensor[]): void {
  learner.program.write(
    learner.weights.map((variable, index) => [variable, weights[index] as Tensor]),
  );
}

function requireFinite(loss: number, epoch: number): void {
  if (Number.isFinite(loss)) return;
  throw new UserError(`The training loss became ${loss} in epoch ${epoch + 1}.`, {
    hint: 'Lower training.optimizer.learningRate, or scale the pixels (minmax or zscore).',
    exitCode: exitCodes.trialFailed,
  });
}
