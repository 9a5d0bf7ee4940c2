import { z } from 'zod';
import type { Agrees } from './agreement.js';
import type { Diagnostics } from './diagnostics.js';

const share = z.number().min(0).max(1);

const inputStatistics = z.object({
  imageCount: z.int().min(0),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  min: z.number(),
  max: z.number(),
  saturatedShare: share,
  constantShare: share,
});

export const diagnosticsSchema = z
  .object({
    gradientNorm: z.object({
      firstSteps: z.array(z.number()).describe('Of the first training steps, at most 20.'),
      epochs: z.array(z.number()).describe("Mean over each epoch's steps."),
    }),
    deadRelus: z.array(z.object({ layer: z.string(), share })),
    input: z.object({
      train: inputStatistics,
      test: inputStatistics,
      shift: z.number().min(0).describe('1-Wasserstein distance, in standard deviations.'),
    }),
    classAccuracy: z.array(share),
    confusion: z.array(z.array(z.int().min(0))).describe('[true class][predicted class].'),
    calibration: z.object({
      expectedError: share,
      bins: z.array(z.object({ confidence: share, accuracy: share, count: z.int().min(0) })),
    }),
  })
  .describe('Why the trial came out as it did.');

true satisfies Agrees<typeof diagnosticsSchema, Diagnostics>;
