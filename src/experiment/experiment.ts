/** A stage or model as experiment files write it: its name and its options. */
export interface NamedOptions {
  readonly name: string;
  readonly [option: string]: unknown;
}

export type StageOptions = NamedOptions;
export type ModelOptions = NamedOptions;

/** What callbacks watch after each epoch. */
export type Monitor = 'validationAccuracy' | 'validationLoss' | 'trainAccuracy' | 'trainLoss';

/** An experiment file with all defaults filled in. docs/experiment-files.md explains each key. */
export interface Experiment {
  /** Safe as the name of a folder. */
  readonly name: string;
  readonly description?: string;
  readonly published?: PublishedResult;
  readonly dataset: DatasetOptions;
  readonly preprocessing: readonly StageOptions[];
  /** Whether each geometric stage resamples, as in Keras, or neighbours share one resampling. */
  readonly resampling: 'each' | 'once';
  readonly model: ModelOptions;
  readonly training: TrainingOptions;
  /** Range: int32, 0 and up, all different. */
  readonly seeds: readonly number[];
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

export interface TrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerOptions;
  readonly labelSmoothing: number;
  /** `split` counts training images that are kept back. */
  readonly validation: 'test' | 'none' | { readonly split: number };
  readonly earlyStopping?: EarlyStoppingOptions;
  readonly reduceLearningRateOnPlateau?: ReduceLearningRateOnPlateauOptions;
}

export type OptimizerOptions = AdamOptions | SgdOptions;

export interface AdamOptions {
  readonly name: 'adam';
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface SgdOptions {
  readonly name: 'sgd';
  readonly learningRate: number;
  readonly momentum: number;
}

export interface EarlyStoppingOptions {
  readonly monitor: Monitor;
  readonly patience: number;
  readonly minDelta: number;
  readonly restoreBestWeights: boolean;
  readonly startFromEpoch: number;
  readonly baseline?: number;
}

export interface ReduceLearningRateOnPlateauOptions {
  readonly monitor: Monitor;
  readonly factor: number;
  readonly patience: number;
  readonly cooldown: number;
  readonly minDelta: number;
  readonly minLearningRate: number;
}
