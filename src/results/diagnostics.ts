/** Bins of equal width of a network's confidence. */
export const calibrationBinCount = 10;

/** Returns the bin of a confidence from 0 to 1; on a border the lower one, as in the code of Guo et al. 2017. */
export function findCalibrationBin(confidence: number): number {
  return Math.max(0, Math.ceil(Math.min(1, confidence) * calibrationBinCount) - 1);
}

/** Why a trial came out as it did, in numbers. Range: shares and accuracies 0..1. */
export interface Diagnostics {
  /** Euclidean norm of the loss' gradient over all trainable weights. */
  readonly gradientNorm: {
    /** Of the first training steps, at most 20. */
    readonly firstSteps: readonly number[];
    /** Mean over each epoch's steps. */
    readonly epochs: readonly number[];
  };
  /**
   * Units of a relu layer that are 0 for every image of a sample of test images, after training. A unit of a convolution
   * is a filter at all places.
   */
  readonly deadRelus: readonly { readonly layer: string; readonly share: number }[];
  /** Values that enter the network: training images with their augmentation, against test images. */
  readonly input: {
    readonly train: InputStatistics;
    readonly test: InputStatistics;
    /** 1-Wasserstein distance between the two distributions of values, in standard deviations of the test values. */
    readonly shift: number;
  };
  /** Accuracy of the final weights on the test images, class by class. */
  readonly classAccuracy: readonly number[];
  /** Counts of test images. Shape: [true class][predicted class]. */
  readonly confusion: readonly (readonly number[])[];
  readonly calibration: {
    /** Expected calibration error over ten bins of equal width; bins without images are left out. Source: Guo et al. 2017. */
    readonly expectedError: number;
    readonly bins: readonly {
      readonly confidence: number;
      readonly accuracy: number;
      readonly count: number;
    }[];
  };
}

/** Of a sample of images as the network sees them. */
export interface InputStatistics {
  readonly imageCount: number;
  /** By channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly min: number;
  readonly max: number;
  /** As `measureSaturatedShare` defines it. */
  readonly saturatedShare: number;
  /** As `measureConstantShare` defines it, against test images. */
  readonly constantShare: number;
}
