import { isImprovement } from './improvement.js';
import type { PlateauOptions } from './recipe.js';

/** Plain JSON, so that a checkpoint can hold it. */
export interface PlateauState {
  readonly wait: number;
  readonly cooldownLeft: number;
  readonly best?: number;
  readonly learningRate: number;
}

/** @param learningRate the optimiser's; kept in float32, as the engine holds it. */
export function initialPlateau(learningRate: number): PlateauState {
  return { wait: 0, cooldownLeft: 0, learningRate: Math.fround(learningRate) };
}

/**
 * Takes in an epoch's monitored value and says the learning rate from then on.
 * Source: keras/src/callbacks/reduce_lr_on_plateau.py. At the smallest rate nothing is reset: the wait goes on growing.
 */
export function updatePlateau(
  state: PlateauState,
  value: number,
  options: PlateauOptions,
): PlateauState {
  const cooling = state.cooldownLeft > 0;
  const cooldownLeft = cooling ? state.cooldownLeft - 1 : 0;
  const wait = cooling ? 0 : state.wait;
  if (isImprovement(value, { ...options, than: state.best })) {
    return { ...state, cooldownLeft, best: value, wait: 0 };
  }
  if (cooldownLeft > 0) return { ...state, cooldownLeft, wait };
  const patient = wait + 1 < options.patience;
  if (patient || state.learningRate <= Math.fround(options.minLearningRate)) {
    return { ...state, cooldownLeft, wait: wait + 1 };
  }
  const reduced = Math.max(state.learningRate * options.factor, options.minLearningRate);
  return { ...state, learningRate: Math.fround(reduced), cooldownLeft: options.cooldown, wait: 0 };
}
