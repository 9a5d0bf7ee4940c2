import type { Fitted } from '../stages/stage.js';
import type { Learner } from '../training/learner.js';
import type { EpochRecord, FinishedTraining } from '../training/train.js';
import type { DoneTrial, TrialIdentity } from './result.js';
import type { TrialData } from './trial-data.js';

/** What a trial's training came to. */
export type Outcome = Omit<DoneTrial, 'status' | keyof TrialIdentity>;

/** A trial's model on the engine, and what is known of it before training. */
export interface PreparedTrial {
  readonly learner: Learner;
  readonly fitted: readonly Fitted[];
  readonly parameterCount: number;
}

/** Statistics a pixel are too long for a results file. */
const longestStoredStatistic = 16;

/** Judges the trained model on the test images and describes the training. */
export function describeOutcome(
  ended: PreparedTrial & {
    readonly trained: FinishedTraining;
    readonly data: TrialData;
    readonly validation: 'test' | 'validation' | undefined;
  },
): Outcome {
  const { learner, trained, data } = ended;
  const { history, restoredEpoch, stoppedEarly } = trained;
  const judged = learner.evaluations.test?.run(learner.program);
  if (!judged) throw new Error('The learner has no test images.');
  const trainSeconds = history.reduce((sum, epoch) => sum + epoch.trainSeconds, 0);
  const best = findBest(history);
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
    },
    ...(best && {
      best: {
        ...best,
        judgedOn: ended.validation === 'test' ? ('test' as const) : ('split' as const),
      },
    }),
    trainSeconds,
    imagesPerSecond: (data.train.count * history.length) / trainSeconds,
    fitted: ended.fitted.map(withoutLongStatistics),
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
