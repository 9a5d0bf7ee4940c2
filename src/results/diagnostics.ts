import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';

/** Bins of equal width of a network's confidence. */
export const calibrationBinCount = 10;

/** Returns the bin of a confidence from 0 to 1; on a border the lower one, as in the code of Guo et al. 2017. */
export function findCalibrationBin(confidence: number): number {
  return Math.max(0, Math.ceil(Math.min(1, confidence) * calibrationBinCount) - 1);
}

const share = z.number().min(0).max(1);
const count = z.int().min(0);

const inputStatistics = z
  .object({
    imageCount: count,
    mean: z.array(z.number()).describe('By channel.'),
    std: z.array(z.number()).describe('By channel.'),
    min: z.number(),
    max: z.number(),
    /** As `measureSaturatedShare` defines it. */
    saturatedShare: share,
    /** As `measureConstantShare` defines it, against test images. */
    constantShare: share,
  })
  .describe('Of a sample of images as the network sees them.');

export const diagnosticsSchema = z
  .object({
    gradientNorm: z
      .object({
        firstSteps: z.array(z.number()).describe('Of the first training steps, at most 20.'),
        epochs: z.array(z.number()).describe("Mean over each epoch's steps."),
      })
      .describe("Euclidean norm of the loss' gradient over all trainable weights."),
    deadRelus: z
      .array(z.object({ layer: z.string(), share }))
      .describe(
        'Units of a relu layer that are 0 for every image of a sample of test images, after training. A unit of a convolution is a filter at all places.',
      ),
    input: z
      .object({
        train: inputStatistics,
        test: inputStatistics,
        shift: z
          .number()
          .min(0)
          .describe(
            '1-Wasserstein distance between the two distributions of values, in standard deviations of the test values.',
          ),
      })
      .describe(
        'Values that enter the network: training images with their augmentation, against test images.',
      ),
    classAccuracy: z
      .array(share)
      .describe('Accuracy of the final weights on the test images, class by class.'),
    confusion: z
      .array(z.array(count))
      .describe(
        'Counts of test images: [true class][predicted class]; empty where there are more than 100 classes.',
      ),
    calibration: z.object({
      expectedError: share.describe(
        'Expected calibration error over ten bins of equal width; bins without images are left out. Source: Guo et al. 2017.',
      ),
      bins: z.array(z.object({ confidence: share, accuracy: share, count })),
    }),
  })
  .describe('Why the trial came out as it did, in numbers; shares and accuracies from 0 to 1.');

export type Diagnostics = DeepReadonly<z.infer<typeof diagnosticsSchema>>;

export type InputStatistics = DeepReadonly<z.infer<typeof inputStatistics>>;
