import type { TrainingRecipe } from '../training/recipe.js';
import type { Thresholds } from './thresholds.js';

/** A stage or model as experiment files write it: its name and its options. */
export interface NamedOptions {
  readonly name: string;
  readonly [option: string]: unknown;
}

export type StageOptions = NamedOptions;
export type ModelOptions = NamedOptions;

/** An experiment file with all defaults filled in. docs/experiment-files.md explains each key. */
export interface Experiment {
  /** Safe as the name of a folder. */
  readonly name: string;
  readonly description?: string;
  /** `control`: the others are compared with it. */
  readonly role?: 'control';
  readonly published?: PublishedResult;
  readonly dataset: DatasetOptions;
  readonly preprocessing: readonly StageOptions[];
  /** Whether each geometric stage resamples, as in Keras, or neighbours share one resampling. */
  readonly resampling: 'each' | 'once';
  readonly model: ModelOptions;
  readonly training: TrainingRecipe;
  /** Range: int32, 0 and up, all different. */
  readonly seeds: readonly number[];
  /** What the results must keep to. */
  readonly thresholds?: Thresholds;
}

/** A result that others published for the experiment. */
export interface PublishedResult {
  /** Range: 0..1. */
  readonly testAccuracy: number;
  readonly source?: string;
}

/** Limits count images; without them all are used. */
export interface DatasetOptions {
  readonly name: 'cifar10';
  readonly trainLimit?: number;
  readonly testLimit?: number;
}
