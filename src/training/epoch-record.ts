import { z } from 'zod';

const rate = z.number().min(0).max(1);
const seconds = z.number().min(0);

/** What one epoch came to. */
export const epochRecordSchema = z.object({
  epoch: z.int().min(1).describe('Counted from 1.'),
  trainLoss: z.number(),
  trainAccuracy: rate,
  /** It may be infinite or NaN where the training's own loss is not; what is stored is finite. */
  validationLoss: z.number().exactOptional().describe('Left out without validation.'),
  validationAccuracy: rate.exactOptional().describe('Left out without validation.'),
  learningRate: z.number().describe('That the epoch was trained with.'),
  trainSeconds: seconds,
  validationSeconds: seconds,
});

export type EpochRecord = Readonly<z.infer<typeof epochRecordSchema>>;
