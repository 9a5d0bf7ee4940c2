import { z } from 'zod';
import { isImprovement, monitorSchema } from './improvement.js';

const epochCount = z.int().min(0).max(100_000);

/** The `reduceLearningRateOnPlateau` part of a recipe. Defaults: Keras'. */
export const plateauSchema = z.strictObject({
  monitor: monitorSchema.default('validationLoss').describe('What must improve.'),
  factor: z
    .number()
    .positive()
    .lt(1)
    .default(0.1)
    .describe('What the learning rate is multiplied by.'),
  patience: epochCount.default(10).describe('Epochs without improvement before it is reduced.'),
  cooldown: epochCount.default(0).describe('Epochs to wait after a reduction.'),
  minDelta: z.number().min(0).default(1e-4).describe('Smallest change that counts as improvement.'),
  minLearningRate: z.number().min(0).default(0).describe('The learning rate never goes below it.'),
});

export type PlateauOptions = z.output<typeof plateauSchema>;

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
