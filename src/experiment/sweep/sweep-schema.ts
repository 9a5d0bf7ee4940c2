import { z } from 'zod';

const place = z.number().describe('A number.');
const ends = z.array(place).length(3);

/** Values one by one, or as numbers in a sequence. */
export const sequenceOrList = z
  .union([
    z.array(z.unknown()).min(1).max(1000),
    z.strictObject({
      range: z.array(place).min(2).max(3).describe('[from, to, step]; "to" is left out.'),
    }),
    z.strictObject({ linspace: ends.describe('[first, last, count], in equal steps.') }),
    z.strictObject({ logspace: ends.describe('[first, last, count], in equal ratios.') }),
  ])
  .describe('The values, one after the other.');

const axes = z
  .record(z.string(), sequenceOrList)
  .describe('Paths of keys, such as "training.batchSize", each with its values.');

const condition = z
  .record(z.string(), z.unknown())
  .describe('Paths of keys, each with the value that it must have, or a list of such values.');

const whenSchema = z
  .strictObject({
    if: condition.describe(
      'Which combinations: those in which all of these keys have these values.',
    ),
    set: axes.describe('Keys that these combinations also sweep over.'),
  })
  .describe('Keys that only some combinations sweep over.');

/** The `sweep` part of an experiment file. */
export const sweepSchema = z
  .strictObject({
    set: axes
      .default({})
      .describe('Keys to sweep over: every combination of their values is trained.'),
    when: z
      .array(whenSchema)
      .max(100)
      .default([])
      .describe('Keys that only some combinations have.'),
    exclude: z
      .array(condition)
      .max(1000)
      .default([])
      .describe('Combinations to leave out: those in which all keys of one entry have its values.'),
  })
  .describe('Trains the experiment with every combination of these values.');

export type Sweep = z.output<typeof sweepSchema>;
export type SweepValues = z.output<typeof sequenceOrList>;
