import type { Dataset } from '../datasets/dataset.js';
import type { ClassLabels } from '../datasets/labelled-images.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { Provenance, Surroundings, TrialResult } from '../results/result.js';
import { measuresGradient } from '../training/checkpoint/state.js';
import { type EpochRecord, type TrainProgress, train } from '../training/train.js';
import type { Checkpoint, TrialCheckpoints, TrialPast } from './checkpoint.js';
import { explainFailure, isTrialFailure } from './explain-failure.js';
import type { JudgedSets } from './judge-corruptions.js';
import { keepWeights, type WeightsPlace } from './kept-weights.js';
import { judgeTrial } from './outcome.js';
import { prepareTrial, selectTrialData } from './prepare-trial.js';
import { identifyTrial } from './provenance.js';
import type { Trial } from './trial.js';

/** Is told how a trial goes on. */
export interface TrialReporter {
  trialProgress?(trial: Trial, progress: TrainProgress): void;
  epochEnded?(trial: Trial, record: EpochRecord): void;
  /** It goes on from a checkpoint. */
  trialResumed?(trial: Trial, checkpoint: Checkpoint): void;
  /** Something that a person should know, such as a damaged checkpoint. */
  noted?(trial: Trial, text: string): void;
  /** Its training is over, and it is judged on corrupted images. */
  setJudged?(trial: Trial, judged: JudgedSets): void;
}

export interface TrialContext {
  readonly catalogue: Catalogue;
  readonly data: Dataset;
  readonly environment: Surroundings;
  readonly provenance: Provenance;
  readonly reporter: TrialReporter;
  /** Where the trial goes on from and what it leaves; without, it starts anew and leaves nothing. */
  readonly checkpoints?: TrialCheckpoints;
  /** Where the weights that the trial is judged with are kept; left out, they are not. */
  readonly weights?: WeightsPlace;
  /** False leaves the result's diagnostics out. A trial that goes on from a checkpoint does as it did before. */
  readonly diagnostics?: boolean;
  /** The epoch after which it is left, with a checkpoint; left out, it goes on to its end. */
  readonly untilEpoch?: number;
  /** Asked now and then; true ends the trial after a checkpoint. */
  shouldStop?(): boolean;
}

export type TrialRun =
  | {
      readonly type: 'ended';
      readonly result: TrialResult;
      /** The class predicted for each test image. */
      readonly predicted?: ClassLabels;
    }
  | { readonly type: 'interrupted' }
  /** It was left after the epoch that was asked for, or has come there before. */
  | { readonly type: 'paused' };

/**
 * Trains and judges one trial, from its newest checkpoint on if there is one. What goes wrong in it becomes a failed
 * result: the other trials go on.
 * @throws UserError for what is not the trial's own fault: storage, engine, data, a checkpoint that cannot be used.
 */
export async function runTrial(trial: Trial, context: TrialContext): Promise<TrialRun> {
  const clock = performance.now();
  const found = await context.checkpoints?.read();
  for (const text of found?.damaged ?? []) context.reporter.noted?.(trial, text);
  const before = pastOf(found?.checkpoint);
  const timesNow = (): TrialPast => ({
    ...before,
    durationSeconds: before.durationSeconds + (performance.now() - clock) / 1000,
  });
  const identify = () =>
    identifyTrial(trial, { ...context, dataSha256: context.data.sha256 }, timesNow());
  const history = [...(found?.checkpoint?.state.history ?? [])];
  try {
    const judged = await trainAndJudge(trial, context, {
      checkpoint: found?.checkpoint && { ...found.checkpoint, past: before },
      history,
      timesNow,
    });
    if (!judged) {
      const isLeft = isThere(history, context) && !context.shouldStop?.();
      return { type: isLeft ? 'paused' : 'interrupted' };
    }
    const { outcome, predicted } = judged;
    return { type: 'ended', result: { status: 'done', ...identify(), ...outcome }, predicted };
  } catch (error) {
    if (!isTrialFailure(error)) throw error;
    const failure = explainFailure(error, trial.experiment.training.batchSize);
    return { type: 'ended', result: { status: 'failed', ...identify(), ...failure, history } };
  }
}

function isThere(
  { length }: readonly EpochRecord[],
  { untilEpoch }: Pick<TrialContext, 'untilEpoch'>,
): boolean {
  return untilEpoch !== undefined && length >= untilEpoch;
}

function pastOf(checkpoint: Checkpoint | undefined): TrialPast {
  if (!checkpoint) {
    return { startedAt: new Date().toISOString(), durationSeconds: 0, resumeCount: 0 };
  }
  const { past } = checkpoint;
  return { ...past, resumeCount: past.resumeCount + 1 };
}

interface TrialProgress {
  readonly checkpoint: Checkpoint | undefined;
  /** Grows by each epoch: a trial that fails shows how far it came. */
  readonly history: EpochRecord[];
  timesNow(): TrialPast;
}

async function trainAndJudge(
  trial: Trial,
  context: TrialContext,
  { checkpoint, history, timesNow }: TrialProgress,
) {
  const { experiment, seed } = trial;
  const { checkpoints, reporter, shouldStop, untilEpoch } = context;
  const shouldLeave = () => isThere(history, context) || (shouldStop?.() ?? false);
  const shouldEnd = untilEpoch === undefined ? shouldStop : shouldLeave;
  const data = selectTrialData(experiment, context.data);
  const { execution } = context.environment;
  const measures = checkpoint ? measuresGradient(checkpoint.state) : (context.diagnostics ?? true);
  const setting = { ...context, execution, measuresGradient: measures };
  const prepared = prepareTrial(trial, data, setting);
  const { learner } = prepared;
  try {
    await checkpoints?.requireSpace(byteCount(learner.state.values()));
    if (checkpoint) reporter.trialResumed?.(trial, checkpoint);
    const validation = nameValidation(experiment.training.validation);
    const trained = await train({
      learner,
      recipe: experiment.training,
      seed,
      imageCount: data.train.count,
      ...(validation && { validation }),
      resume: checkpoint?.state,
      onProgress: (progress) => reporter.trialProgress?.(trial, progress),
      onEpoch(record) {
        history.push(record);
        reporter.epochEnded?.(trial, record);
      },
      async checkpoint(capture) {
        await checkpoints?.write({ state: capture(), past: timesNow() });
      },
      ...(shouldEnd && { shouldStop: shouldEnd }),
    });
    if (trained.status === 'interrupted') return undefined;
    const judged = await judgeTrial(
      {
        ...prepared,
        recipe: experiment.training,
        trained,
        data,
        validation,
        seed,
        execution,
        threads: context.environment.threads,
        corruptions: experiment.evaluation?.corruptions,
        onSet: (sets) => reporter.setJudged?.(trial, sets),
      },
      shouldStop,
    );
    if (judged && context.weights) await keepWeights(learner, context.weights);
    return judged;
  } finally {
    learner.dispose();
  }
}

function byteCount(variables: Iterable<{ readonly size: number }>): number {
  return [...variables].reduce((sum, { size }) => sum + 4 * size, 0);
}

/** Returns the name of the evaluation that epochs are judged on. */
function nameValidation(
  validation: Trial['experiment']['training']['validation'],
): 'test' | 'validation' | undefined {
  if (validation === 'none') return undefined;
  return validation === 'test' ? 'test' : 'validation';
}
