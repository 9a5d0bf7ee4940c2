import type { CallbacksState } from '../callbacks.js';
import type { EpochRecord } from '../epoch-record.js';
import type { StoredTensor } from './stored-tensor.js';

/** All that a training needs to go on, in this process or another, as if it had never stopped. */
export interface TrainingState {
  /** Epochs done: the present one, counted from 0. The number of epochs once all are done. */
  readonly epoch: number;
  /** Steps done of the present epoch; 0 before it has begun. All of them if only the judging is left. */
  readonly step: number;
  /** Seconds that those steps took. */
  readonly seconds: number;
  readonly callbacks: CallbacksState;
  readonly history: readonly EpochRecord[];
  /** Mean gradient norm of each epoch; empty where it is not measured. */
  readonly gradientNorms: readonly number[];
  /** The learner's state, by name: weights, moments, counters, order, sums, the batch prepared ahead. */
  readonly tensors: readonly StoredTensor[];
  /** The weights that EarlyStopping will restore. `epoch` is counted from 1. */
  readonly best?: { readonly epoch: number; readonly weights: readonly StoredTensor[] };
}

/** Tells whether a training measures its gradient: one that goes on from there must do the same. */
export function measuresGradient({ tensors }: TrainingState): boolean {
  return tensors.some(({ name }) => name.startsWith('gradientNorm/'));
}
