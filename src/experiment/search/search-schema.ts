import { z } from 'zod';
import type { DeepReadonly } from '../../deep-readonly.js';
import { mostSobolDimensions } from '../../statistics/sobol.js';
import { sequenceOrList } from '../sweep/sweep-schema.js';

const ends = z.array(z.number()).length(2);

const dimension = z
  .union([
    sequenceOrList,
    z.strictObject({ uniform: ends.describe('[low, high], all as likely.') }),
    z.strictObject({ logUniform: ends.describe('[low, high], above 0; all ratios as likely.') }),
    z.strictObject({ integer: ends.describe('[low, high], whole numbers, both ends included.') }),
  ])
  .describe('The values, or where they lie.');

const count = z.int().min(2).max(10_000);

const points = z
  .union([
    z.literal('grid'),
    z.strictObject({ random: count.describe('So many points, drawn.') }),
    z.strictObject({ sobol: count.describe("So many points of Sobol's sequence, spread evenly.") }),
  ])
  .default('grid')
  .describe('grid: every combination of listed values. Other points may lie anywhere.');

const rungs = z
  .array(z.number().gt(0).max(1))
  .min(1)
  .max(10)
  .refine((shares) => shares.every((share, index) => share > (shares[index - 1] ?? 0)), {
    error: 'must rise',
  })
  .refine((shares) => shares.at(-1) === 1, { error: 'must end with 1, the whole training' })
  .default([1 / 9, 1 / 3, 1])
  .describe('Shares of the whole training after which the best are chosen.');

/** The `search` part of an experiment file. */
export const searchSchema = z
  .strictObject({
    over: z
      .record(z.string(), dimension)
      .refine((over) => Object.keys(over).length > 0, { error: 'must name a key' })
      .describe('Paths of keys, such as "training.batchSize", each with its values.'),
    points,
    seed: z
      .int()
      .min(0)
      .default(0)
      .describe('Of random and Sobol points: another seed has others.'),
    rungs,
    keep: z
      .number()
      .gt(0)
      .max(1)
      .default(1 / 3)
      .describe('Share of the configurations of a rung that goes on to the next.'),
    confirm: z
      .strictObject({
        best: z.int().min(1).max(10).default(1).describe('How many of the best.'),
        seeds: z.int().min(2).max(100).default(5).describe('Fresh seeds for each of them.'),
      })
      .prefault({})
      .describe(
        'Trainings of the best with seeds that the search has not seen: only they are compared.',
      ),
  })
  .refine(
    ({ over, points }) =>
      typeof points === 'string' ||
      !('sobol' in points) ||
      Object.keys(over).length <= mostSobolDimensions,
    {
      path: ['over'],
      error: `must name at most ${mostSobolDimensions} keys for Sobol points; random points take any number`,
    },
  )
  .describe(
    'Trains many configurations a little, the best of them longer, and confirms the winner.',
  );

/** Where a search looks, and what it spends. docs/search.md explains each key. */
export type Search = DeepReadonly<z.output<typeof searchSchema>>;
export type SearchDimension = z.output<typeof dimension>;
