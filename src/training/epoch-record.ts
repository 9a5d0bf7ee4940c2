/** What one epoch came to. Range: accuracies 0..1. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** Left out without validation. It may be infinite or NaN where the training's own loss is not. */
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  /** The learning rate that the epoch was trained with. */
  readonly learningRate: number;
  readonly trainSeconds: number;
  readonly validationSeconds: number;
}
