import type { Precision } from '../engine/program/precision.js';

/** How a model is trained: the `training` part of a resolved experiment. */
export interface TrainingRecipe {
  readonly epochs: number;
  /** Images a step; the last step of an epoch takes what is left. */
  readonly batchSize: number;
  readonly optimizer: OptimizerOptions;
  /** Of the network, forwards and backwards, in training and evaluation. */
  readonly precision: Precision;
  /** Range: 0 (off) to below 1. Targets become y * (1 - s) + s / classes. */
  readonly labelSmoothing: number;
  /** What an epoch is judged on: the test images, none, or this many training images held out. */
  readonly validation: 'test' | 'none' | { readonly split: number };
  readonly earlyStopping?: EarlyStoppingOptions | undefined;
  readonly reduceLearningRateOnPlateau?: PlateauOptions | undefined;
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

export type Monitor = 'validationAccuracy' | 'validationLoss' | 'trainAccuracy' | 'trainLoss';

export interface EarlyStoppingOptions {
  readonly monitor: Monitor;
  /** Epochs without improvement before the training stops. */
  readonly patience: number;
  readonly minDelta: number;
  readonly restoreBestWeights: boolean;
  /** Epochs, counted from 0, before which nothing is looked at. */
  readonly startFromEpoch: number;
  readonly baseline?: number | undefined;
}

export interface PlateauOptions {
  readonly monitor: Monitor;
  readonly factor: number;
  readonly patience: number;
  readonly cooldown: number;
  readonly minDelta: number;
  readonly minLearningRate: number;
}
