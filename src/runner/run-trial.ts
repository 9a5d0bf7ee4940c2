import { type Catalogue, findModel, instantiateStage } from '../catalogue.js';
import type { Cifar10 } from '../cifar10/dataset.js';
import { renderNamed, renderPipeline } from '../experiment/pipeline-summary.js';
import { initialiseWeights } from '../models/initial-weights.js';
import { createPipeline, type Pipeline } from '../stages/pipeline.js';
import { createLearner } from '../training/learner.js';
import { type EpochRecord, type TrainProgress, train } from '../training/train.js';
import { UserError } from '../user-error.js';
import { describeOutcome, type Outcome, type PreparedTrial } from './outcome.js';
import type { DoneTrial, Environment, Provenance, TrialResult } from './result.js';
import type { Trial } from './trial.js';
import { selectTrialData, type TrialData } from './trial-data.js';

/** Is told how a trial goes on. */
export interface TrialReporter {
  trialProgress?(trial: Trial, progress: TrainProgress): void;
  epochEnded?(trial: Trial, record: EpochRecord): void;
}

export interface TrialContext {
  readonly catalogue: Catalogue;
  readonly data: Cifar10;
  readonly environment: Environment;
  readonly provenance: Provenance;
  readonly reporter: TrialReporter;
}

/** CIFAR-10's images, as they enter the first stage. */
const imageShape = { height: 32, width: 32, channels: 3 } as const;
const classCount = 10;

/** Trains and judges one trial. What goes wrong in it becomes a failed result: the other trials go on. */
export async function runTrial(trial: Trial, context: TrialContext): Promise<TrialResult> {
  const started = Date.now();
  const clock = performance.now();
  const history: EpochRecord[] = [];
  const { id, key, experiment, changes, seed, writtenEpochs } = trial;
  const { environment, provenance } = context;
  const identity = () => ({
    id,
    key,
    experiment,
    changes,
    summary: summarise(trial, context.catalogue),
    writtenEpochs,
    seed,
    environment,
    provenance,
    dataSha256: context.data.sha256,
    startedAt: new Date(started).toISOString(),
    durationSeconds: (performance.now() - clock) / 1000,
    resumeCount: 0,
  });
  try {
    const outcome = await trainAndJudge(trial, context, history);
    return { status: 'done', ...identity(), ...outcome };
  } catch (error) {
    return { status: 'failed', ...identity(), ...explain(error), history };
  }
}

function summarise({ experiment }: Trial, catalogue: Catalogue): DoneTrial['summary'] {
  const { preprocessing, model } = experiment;
  return {
    preprocessing: renderPipeline(preprocessing, catalogue),
    model: renderNamed(model, findModel(catalogue, model).options),
  };
}

async function trainAndJudge(
  trial: Trial,
  context: TrialContext,
  history: EpochRecord[],
): Promise<Outcome> {
  const { experiment, seed } = trial;
  const data = selectTrialData(experiment, context.data);
  const prepared = prepareLearner(trial, context, data);
  const { learner } = prepared;
  try {
    const validation = nameValidation(experiment.training.validation);
    const trained = await train({
      learner,
      recipe: experiment.training,
      seed,
      imageCount: data.train.count,
      ...(validation && { validation }),
      onProgress: (progress) => context.reporter.trialProgress?.(trial, progress),
      onEpoch(record) {
        history.push(record);
        context.reporter.epochEnded?.(trial, record);
      },
    });
    if (trained.status === 'interrupted') throw new Error('Nothing asked the training to stop.');
    return describeOutcome({ ...prepared, trained, data, validation });
  } finally {
    learner.dispose();
  }
}

function prepareLearner(trial: Trial, context: TrialContext, data: TrialData): PreparedTrial {
  const { experiment, seed } = trial;
  const { catalogue } = context;
  const stages = experiment.preprocessing.map((options) => instantiateStage(options, catalogue));
  const { resampling, training } = experiment;
  const pipeline: Pipeline = createPipeline(stages, { inputShape: imageShape, resampling });
  const fitted = pipeline.fit(data.train);
  const definition = findModel(catalogue, experiment.model);
  const model = definition.create(experiment.model as Parameters<typeof definition.create>[0], {
    image: pipeline.outputShape,
    classCount,
  });
  initialiseWeights(model, seed);
  const { train: trainImages, ...evaluated } = data;
  const parameterCount = model.countParams();
  const learner = createLearner({
    model,
    pipeline,
    fitted,
    recipe: training,
    seed,
    imageShape,
    train: trainImages,
    evaluated,
    execution: context.environment.execution,
  });
  return { learner, fitted, parameterCount };
}

/** Returns the name of the evaluation that epochs are judged on. */
function nameValidation(
  validation: Trial['experiment']['training']['validation'],
): 'test' | 'validation' | undefined {
  if (validation === 'none') return undefined;
  return validation === 'test' ? 'test' : 'validation';
}

/** TensorFlow's messages carry the graph's node on further lines; the first says what happened. */
function explain(error: unknown): { readonly reason: string; readonly hint?: string } {
  if (error instanceof UserError) {
    return { reason: error.message, ...(error.hint && { hint: error.hint }) };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { reason: text.split('\n')[0] || 'unknown' };
}
