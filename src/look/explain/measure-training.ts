import type { Dataset } from '../../datasets/dataset.js';
import { factsOf } from '../../datasets/facts.js';
import { type LabelledImages, pickImages } from '../../datasets/labelled-images.js';
import { listBfloat16Units } from '../../engine/processor.js';
import type { RunningEngine } from '../../engine/start.js';
import type { Experiment } from '../../experiment/experiment.js';
import type { Precision } from '../../graph/precision.js';
import type { LayersModel } from '../../graph/tensorflow.js';
import { initialiseWeights } from '../../models/initial-weights.js';
import { selectTrialData } from '../../runner/prepare-trial.js';
import { createPipeline } from '../../stages/pipeline.js';
import type { Fitted } from '../../stages/stage.js';
import { createLearner } from '../../training/learner.js';
import { type EpochRecord, train } from '../../training/train.js';
import { measureLength } from '../../training/training-length.js';
import { resolveViews } from '../../training/views.js';
import type { InspectedStage } from '../inspection/inspect-pipeline.js';
import type { TrainingTime } from './explanation.js';

/** What a machine of today does in a second, at the least: only decides how many steps are measured. */
const multiplyAddsPerSecond = 5e10;
/** Measured for about this long. */
const measuredSeconds = 1.5;
const mostEvaluated = 500;
const leastEvaluated = 16;

export interface TrainingSample {
  readonly experiment: Experiment;
  readonly stages: readonly InspectedStage[];
  readonly fitted: readonly Fitted[];
  readonly createModel: () => LayersModel;
  /** Of one image forwards. */
  readonly multiplyAdds: number;
  readonly data: Dataset;
  readonly engine: RunningEngine;
}

/** Trains a few real steps in each precision, in a graph as a run does, and tells from their time how long all would take. */
export async function measureTraining(sample: TrainingSample): Promise<TrainingTime> {
  const { experiment, data, engine } = sample;
  const { training } = experiment;
  const { batchSize, epochs } = training;
  const whole = selectTrialData(experiment, data);
  const measuredSteps = chooseSteps(sample, whole.train.count);
  const judged = whole.validation ?? whole.test;
  const part = takeFirst(judged, chooseEvaluated(sample));
  const train = takeFirst(whole.train, measuredSteps * batchSize);
  const records = {
    float32: await trainPart(sample, { train, judged: part, precision: 'float32' }),
    'mixed-bfloat16': await trainPart(sample, { train, judged: part, precision: 'mixed-bfloat16' }),
  };
  const record = records[training.precision];
  const secondsPerStep = record.trainSeconds / measuredSteps;
  const evaluationSeconds = (record.validationSeconds * judged.count) / part.count;
  const { stepsPerEpoch, totalSteps, epochCount } = measureLength(training, whole.train.count);
  const views = resolveViews(training.testViews)?.length ?? 0;
  const evaluations = (training.validation === 'none' ? 1 : epochCount + 1) + views;
  return {
    device: `${engine.deviceName}, ${engine.device === 'gpu' ? 'GPU' : `${engine.threads} threads`}`,
    measuredSteps,
    batchSize,
    stepsPerEpoch,
    secondsPerStep,
    secondsByPrecision: {
      float32: records.float32.trainSeconds / measuredSteps,
      'mixed-bfloat16': records['mixed-bfloat16'].trainSeconds / measuredSteps,
    },
    ...(engine.device === 'cpu' && { bfloat16Units: listBfloat16Units() }),
    evaluationSeconds,
    epochs,
    views,
    totalSeconds: totalSteps * secondsPerStep + evaluations * evaluationSeconds,
  };
}

function chooseSteps({ experiment, multiplyAdds }: TrainingSample, imageCount: number): number {
  const { batchSize } = experiment.training;
  // Backwards takes twice as much as forwards.
  const seconds = (3 * multiplyAdds * batchSize) / multiplyAddsPerSecond;
  const wanted = Math.min(20, Math.max(1, Math.round(measuredSeconds / seconds)));
  return Math.max(1, Math.min(wanted, Math.floor(imageCount / batchSize)));
}

function chooseEvaluated({ multiplyAdds }: TrainingSample): number {
  const affordable = Math.round((measuredSeconds * multiplyAddsPerSecond) / multiplyAdds);
  return Math.min(mostEvaluated, Math.max(leastEvaluated, affordable));
}

function takeFirst(images: LabelledImages, count: number): LabelledImages {
  const indices = Array.from({ length: Math.min(count, images.count) }, (_, index) => index);
  return pickImages(images, indices);
}

/** Trains two epochs of a few batches; the first warms up, the second counts. */
async function trainPart(
  { experiment, stages, fitted, createModel }: TrainingSample,
  part: {
    readonly train: LabelledImages;
    readonly judged: LabelledImages;
    readonly precision: Precision;
  },
): Promise<EpochRecord> {
  const { earlyStopping: _, reduceLearningRateOnPlateau: __, ...training } = experiment.training;
  const recipe = { ...training, epochs: 2, precision: part.precision };
  const imageShape = factsOf(experiment.dataset).shape;
  const model = createModel();
  initialiseWeights(model, 0);
  const learner = createLearner({
    model,
    pipeline: createPipeline(
      stages.map(({ stage }) => stage),
      { inputShape: imageShape, resampling: experiment.resampling },
    ),
    fitted,
    recipe,
    seed: 0,
    imageShape,
    train: part.train,
    evaluated: { judged: part.judged },
    execution: 'graph',
  });
  const history: EpochRecord[] = [];
  try {
    await train({
      learner,
      recipe,
      seed: 0,
      imageCount: part.train.count,
      validation: 'judged',
      onEpoch: (record) => history.push(record),
    });
  } finally {
    learner.dispose();
  }
  return history.at(-1) as EpochRecord;
}
