import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';

const marginPattern = /^(\d+(?:\.\d+)?)pp$/;

/** The `race` part of an experiment file. */
export const raceSchema = z
  .strictObject({
    against: z
      .string()
      .min(1)
      .describe(
        'The control: the name of an experiment of the same run, which gets as many seeds.',
      ),
    margin: z
      .string()
      .regex(marginPattern, { error: 'must be percentage points such as "1pp" or "0.5pp"' })
      .refine((text) => parseMargin(text) > 0 && parseMargin(text) < 1, {
        error: 'must lie between 0 and 100 percentage points',
      })
      .default('1pp')
      .describe('A difference of less does not matter: a racer within it ends.'),
    alpha: z
      .number()
      .min(0.001)
      .max(0.5)
      .default(0.05)
      .describe(
        'Probability that any difference is found where there is none, in all looks together.',
      ),
    power: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.8)
      .describe(
        'Probability of finding the margin: where the last seed leaves a racer undecided, the table says how many would have had it.',
      ),
    minSeeds: z.int().min(2).max(100).default(3).describe('Seeds before the first look.'),
    maxSeeds: z
      .int()
      .min(2)
      .max(100)
      .default(20)
      .describe(
        'Seeds at the last look. The error rate is planned for it: it cannot be raised later.',
      ),
  })
  .refine(({ minSeeds, maxSeeds }) => minSeeds <= maxSeeds, {
    path: ['maxSeeds'],
    error: 'must be at least minSeeds',
  })
  .describe(
    'Seeds are added until this experiment differs significantly from the control, differs by less than the margin, or has all of them.',
  );

/** Against which control, and how surely, an experiment is told apart. docs/search.md explains each key. */
export type Race = DeepReadonly<z.output<typeof raceSchema>>;

/** Returns a margin as a rate: 0.01 for "1pp". */
export function parseMargin(text: string): number {
  return Number(marginPattern.exec(text)?.[1]) / 100;
}
