import type { TrialResult } from '../../results/result.js';
import type { EpochRecord } from '../../training/epoch-record.js';
import type { RungScores } from './search-steps.js';

/** What is stored of a configuration: its result, or the epochs that its newest checkpoint tells of. */
export type StoredTraining =
  | { readonly result: TrialResult }
  | { readonly history: readonly EpochRecord[] };

/**
 * Returns the scores of a configuration at the rungs that it has reached: its validation accuracy after the rung's epoch; at
 * the last rung, and where early stopping came before, that of the weights that it ended with.
 */
export function scoreRungs(stored: StoredTraining, rungEpochs: readonly number[]): RungScores {
  const result = 'result' in stored ? stored.result : undefined;
  const { history } = 'result' in stored ? stored.result : stored;
  const last = rungEpochs.length - 1;
  const reached = rungEpochs.flatMap((epochs, rung) => {
    const ending = result?.status === 'done' ? result.test.epoch : undefined;
    const isReached = rung < last && epochs <= history.length;
    const epoch = isReached ? epochs : ending;
    return epoch === undefined ? [] : [history[epoch - 1]?.validationAccuracy ?? Number.NaN];
  });
  if (result?.status !== 'failed') return reached;
  return rungEpochs.map((_, rung) => reached[rung] ?? Number.NaN);
}
