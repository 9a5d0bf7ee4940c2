import { z } from 'zod';
import { isImprovement, monitorSchema } from './improvement.js';

const epochCount = z.int().min(0).max(100_000);

/** The `earlyStopping` part of a recipe. Defaults: Keras'. */
export const earlyStoppingSchema = z.strictObject({
  monitor: monitorSchema.default('validationLoss').describe('What must improve.'),
  patience: epochCount.default(0).describe('Epochs without improvement before training stops.'),
  minDelta: z.number().min(0).default(0).describe('Smallest change that counts as improvement.'),
  restoreBestWeights: z
    .boolean()
    .default(false)
    .describe('Whether to go back to the weights of the best epoch.'),
  startFromEpoch: epochCount.default(0).describe('Epochs to wait before watching.'),
  baseline: z
    .number()
    .exactOptional()
    .describe('Value to beat: training stops if it is not beaten in time.'),
});

export type EarlyStoppingOptions = z.output<typeof earlyStoppingSchema>;

/** Plain JSON, so that a checkpoint can hold it. */
export interface EarlyStoppingState {
  readonly wait: number;
  readonly best?: number;
  readonly bestEpoch?: number;
  readonly stop: boolean;
}

export const initialEarlyStopping: EarlyStoppingState = { wait: 0, stop: false };

/**
 * Takes in an epoch's monitored value. `bestEpoch === epoch` afterwards means: these are the weights to restore.
 * Source: keras/src/callbacks/early_stopping.py. A first NaN is never beaten; the wait restarts only above `baseline`.
 * @param epoch counted from 0.
 */
export function updateEarlyStopping(
  state: EarlyStoppingState,
  { epoch, value }: { readonly epoch: number; readonly value: number },
  options: EarlyStoppingOptions,
): EarlyStoppingState {
  if (epoch < options.startFromEpoch) return state;
  const waited = state.wait + 1;
  if (isImprovement(value, { ...options, than: state.best })) {
    const beatsBaseline = isImprovement(value, { ...options, than: options.baseline });
    return { ...state, best: value, bestEpoch: epoch, wait: beatsBaseline ? 0 : waited };
  }
  return { ...state, wait: waited, stop: waited >= options.patience && epoch > 0 };
}
