import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import { computeMean } from '../statistics/mean.js';

const rate = z.number().min(0).max(1);

export const corruptionResultSchema = z
  .object({
    set: z
      .string()
      .describe(
        'Which corrupted images: "cifar10-c" as published, else prep-lab\'s own, by version.',
      ),
    seed: z.int().min(0).describe('What the corruptions drew with; 0 for the published images.'),
    imageCount: z.int().min(1),
    severities: z.array(z.int().min(1).max(5)).min(1),
    accuracy: rate.describe(
      'Mean over corruptions and severities, without those held out where there are others.',
    ),
    kinds: z
      .array(
        z.object({
          name: z.string(),
          isHeldOut: z.boolean(),
          accuracies: z.array(rate).describe('By severity.'),
        }),
      )
      .min(1),
  })
  .refine(
    ({ kinds, severities }) =>
      kinds.every(({ accuracies }) => accuracies.length === severities.length),
    {
      path: ['kinds'],
      error: 'must have an accuracy for each severity',
    },
  )
  .describe('The final weights on corrupted test images (docs/robustness.md).');

/** What a trained network reached on corrupted test images. */
export type CorruptionResult = DeepReadonly<z.infer<typeof corruptionResultSchema>>;

/** The mean that a result is told by. */
export function meanCorruptionAccuracy(kinds: CorruptionResult['kinds']): number {
  const counted = kinds.some(({ isHeldOut }) => !isHeldOut)
    ? kinds.filter(({ isHeldOut }) => !isHeldOut)
    : kinds;
  return computeMean(counted.flatMap(({ accuracies }) => accuracies));
}

/** Tells whether two results are of the same images, so that they may be compared. */
export function haveSameCorruptions(a: CorruptionResult, b: CorruptionResult): boolean {
  return identifyImages(a) === identifyImages(b);
}

/** Renders which images a result is of. */
export function identifyImages({
  set,
  seed,
  imageCount,
  severities,
  kinds,
}: CorruptionResult): string {
  const names = kinds.map(({ name }) => name);
  return JSON.stringify([set, seed, imageCount, severities, names]);
}
