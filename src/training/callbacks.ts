import {
  type EarlyStoppingState,
  initialEarlyStopping,
  updateEarlyStopping,
} from './early-stopping.js';
import type { Monitor } from './improvement.js';
import type { TrainingRecipe } from './recipe.js';
import {
  initialPlateau,
  type PlateauState,
  updatePlateau,
} from './reduce-learning-rate-on-plateau.js';

/** What callbacks carry from epoch to epoch: plain JSON. */
export interface CallbacksState {
  readonly earlyStopping: EarlyStoppingState;
  readonly plateau: PlateauState;
}

/** What happens after an epoch. */
export interface CallbacksDecision {
  readonly state: CallbacksState;
  readonly stop: boolean;
  /** These weights are the best so far, and are to be restored at the end. */
  readonly keepWeights: boolean;
  readonly learningRate: number;
}

export type MonitoredValues = Readonly<Record<Monitor, number | undefined>>;

export function initialCallbacks(recipe: TrainingRecipe): CallbacksState {
  return {
    earlyStopping: initialEarlyStopping,
    plateau: initialPlateau(recipe.optimizer.learningRate),
  };
}

/** Runs EarlyStopping, then ReduceLROnPlateau, on an epoch's values. @param epoch counted from 0. */
export function updateCallbacks(
  state: CallbacksState,
  { epoch, values }: { readonly epoch: number; readonly values: MonitoredValues },
  recipe: TrainingRecipe,
): CallbacksDecision {
  const { earlyStopping: stopping, reduceLearningRateOnPlateau: reducing } = recipe;
  const earlyStopping = stopping
    ? updateEarlyStopping(
        state.earlyStopping,
        { epoch, value: monitored(values, stopping.monitor) },
        stopping,
      )
    : state.earlyStopping;
  const plateau = reducing
    ? updatePlateau(state.plateau, monitored(values, reducing.monitor), reducing)
    : state.plateau;
  const isBest = earlyStopping !== state.earlyStopping && earlyStopping.bestEpoch === epoch;
  return {
    state: { earlyStopping, plateau },
    stop: earlyStopping.stop,
    keepWeights: isBest && (stopping?.restoreBestWeights ?? false),
    learningRate: plateau.learningRate,
  };
}

function monitored(values: MonitoredValues, monitor: Monitor): number {
  const value = values[monitor];
  if (value === undefined) throw new Error(`"${monitor}" is monitored but not measured.`);
  return value;
}
