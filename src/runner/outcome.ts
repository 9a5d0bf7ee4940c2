import { type CorruptionsOption, resolveCorruptions } from '../corruptions/selection.js';
import type { ClassLabels } from '../datasets/labelled-images.js';
import type { CorruptionResult } from '../results/corruption-accuracy.js';
import type { Diagnostics } from '../results/diagnostics.js';
import type { DoneTrial, TrialIdentity } from '../results/result.js';
import type { Fitted } from '../stages/stage.js';
import { type EvaluationResult, evaluateInTurns } from '../training/evaluation.js';
import { hashFirstDraws } from '../training/hash-draws.js';
import type { TrainingRecipe } from '../training/recipe.js';
import type { EpochRecord, FinishedTraining } from '../training/train.js';
import { countImages } from '../training/training-length.js';
import { createTurns } from '../training/turns.js';
import { diagnose } from './diagnose/diagnose.js';
import { type JudgedSets, judgeCorruptions } from './judge-corruptions.js';
import type { PreparedTrial, TrialData } from './prepare-trial.js';

/** What a trial's training came to. */
type Outcome = Omit<DoneTrial, 'status' | keyof TrialIdentity>;

/** Statistics a pixel, and kernels, are too long for a results file. */
const longestStoredStatistic = 16;

/** A trial whose training is over. */
export interface TrainedTrial extends PreparedTrial {
  readonly recipe: TrainingRecipe;
  readonly trained: FinishedTraining;
  readonly data: TrialData;
  readonly validation: 'test' | 'validation' | undefined;
  readonly seed: number;
  readonly execution: 'graph' | 'eager';
  readonly threads: number;
  /** The corrupted images to judge on too. */
  readonly corruptions?: CorruptionsOption | undefined;
  /** Called after each set of corrupted images: all of them take minutes. */
  onSet?(judged: JudgedSets): void;
}

export interface JudgedTrial {
  readonly outcome: Outcome;
  /** Class by test image. */
  readonly predicted: ClassLabels;
}

/**
 * Judges the trained model on the test images and describes the training, with diagnostics where its gradient was
 * measured. Returns nothing if it was told to stop.
 */
export async function judgeTrial(
  ended: TrainedTrial,
  shouldStop?: () => boolean,
): Promise<JudgedTrial | undefined> {
  const { program, evaluations } = ended.learner;
  const { test, testViews } = evaluations;
  if (!test) throw new Error('The learner has no test images.');
  const turns = createTurns(shouldStop);
  const plain = await evaluateInTurns(test, { program, turns });
  if (!plain) return undefined;
  const viewed = testViews && (await evaluateInTurns(testViews, { program, turns }));
  if (testViews && !viewed) return undefined;
  const judged = viewed ?? plain;
  const { gradientNorms } = ended.trained;
  const diagnostics = gradientNorms && (await diagnose({ ...ended, gradientNorms, judged }));
  const { corruptions: asked } = ended;
  const corruptions =
    asked &&
    (await judgeCorruptions(resolveCorruptions(asked), {
      ...ended,
      test: ended.data.test,
      ...(shouldStop && { shouldStop }),
    }));
  if (asked && !corruptions) return undefined;
  return {
    outcome: createOutcome(ended, {
      judged,
      ...(viewed && { plain }),
      diagnostics,
      corruptions,
    }),
    predicted: judged.predicted,
  };
}

interface Judgement {
  readonly judged: EvaluationResult;
  /** Of the images as they are, where `judged` is of their views. */
  readonly plain?: EvaluationResult;
  readonly diagnostics: Diagnostics | undefined;
  readonly corruptions: CorruptionResult | undefined;
}

function createOutcome(ended: TrainedTrial, judgement: Judgement): Outcome {
  const { judged, plain, diagnostics, corruptions } = judgement;
  const { trained, data } = ended;
  const { history, restoredEpoch, stoppedEarly, average } = trained;
  const trainSeconds = history.reduce((sum, epoch) => sum + epoch.trainSeconds, 0);
  const best = findBest(history);
  const drawsSha256 = hashFirstDraws({ ...ended, imageCount: data.train.count });
  const modelFitted = withoutLongStatistics(ended.modelFitted);
  return {
    history,
    stoppedEarly,
    imageCounts: {
      train: data.train.count,
      validation: data.validation?.count ?? 0,
      test: data.test.count,
    },
    parameterCount: ended.parameterCount,
    test: {
      accuracy: judged.accuracy,
      loss: judged.loss,
      epoch: restoredEpoch ?? history.length,
      weights: restoredEpoch === undefined ? 'last' : 'best',
      ...(average && { average }),
      right: packRight(judged.predicted, data.test.labels),
      ...(plain && { withoutViews: { accuracy: plain.accuracy, loss: plain.loss } }),
    },
    ...(best && {
      best: {
        ...best,
        judgedOn: ended.validation === 'test' ? ('test' as const) : ('split' as const),
      },
    }),
    trainSeconds,
    imagesPerSecond: countImages(ended.recipe, data.train.count, history.length) / trainSeconds,
    fitted: ended.fitted.map(withoutLongStatistics),
    ...(Object.keys(modelFitted).length > 0 && { modelFitted }),
    ...(drawsSha256 !== undefined && { drawsSha256 }),
    ...(corruptions && { corruptions }),
    ...(diagnostics && { diagnostics }),
  };
}

/** The first epoch with the highest validation accuracy. */
function findBest(
  history: readonly EpochRecord[],
): { readonly epoch: number; readonly accuracy: number } | undefined {
  let best: { readonly epoch: number; readonly accuracy: number } | undefined;
  for (const { epoch, validationAccuracy: accuracy } of history) {
    if (accuracy !== undefined && accuracy > (best?.accuracy ?? -1)) best = { epoch, accuracy };
  }
  return best;
}

function withoutLongStatistics(fitted: Fitted): Fitted {
  return Object.fromEntries(
    Object.entries(fitted).filter(([, values]) => values.length <= longestStoredStatistic),
  );
}

/** One bit an image, lowest bit of each byte first, in base64. */
function packRight(predicted: ClassLabels, labels: ClassLabels): string {
  const bits = Buffer.alloc(Math.ceil(predicted.length / 8));
  for (const [index, label] of predicted.entries()) {
    if (label === labels[index]) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bits.toString('base64');
}
