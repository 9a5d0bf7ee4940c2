import { isImprovement } from './improvement.js';
import type { EarlyStoppingOptions } from './recipe.js';

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
