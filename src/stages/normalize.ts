import { z } from 'zod';
import { UserError } from '../user-error.js';
import { defineStage, type ValueRange } from './stage.js';
import { standardise, standardiseInPython } from './standardise.js';

const channelwise = (bound: z.ZodNumber) => z.union([bound, z.array(bound).min(1).max(16)]);

type Channelwise = number | readonly number[];

/**
 * Shifts and scales the values by a mean and a deviation that are given, as published recipes write them.
 * Formula: (x - mean) / std, each one number for all channels or one a channel.
 * Source: torchvision's Normalize, behind the scaling to 0..1 that its ToTensor does: numbers made for 0..1 do not fit
 * values from 0 to 255.
 */
export const normalize = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('normalize'),
      mean: channelwise(z.number().min(-1e6).max(1e6)).describe(
        'What is subtracted: a number, or one for each channel; in units of the incoming values.',
      ),
      std: channelwise(z.number().positive().max(1e6)).describe(
        'What is divided by: a number, or one for each channel; in units of the incoming values.',
      ),
    })
    .describe('Subtracts a given mean and divides by a given deviation.')
    .meta({
      examples: [
        { name: 'normalize', mean: [125.3, 123, 113.9], std: [63, 62.1, 66.7] },
        { name: 'normalize', mean: 127.5, std: 127.5 },
      ],
      alsoCalled: ['mean-std'],
    }),
  create({ mean, std }) {
    const [means, divisors] = [listOf(mean), listOf(std)];
    const expects = findRange(means, divisors);
    return {
      when: 'always',
      formula: `(x - ${renderList(mean)}) / ${renderList(std)}`,
      ...(expects && { expects }),
      gives: ([low, high]: ValueRange): ValueRange => {
        const channels = Array.from({ length: Math.max(means.length, divisors.length) });
        const ends = (value: number) =>
          channels.map((_, channel) => (value - at(means, channel)) / at(divisors, channel));
        return [Math.min(...ends(low)), Math.max(...ends(high))];
      },
      outputShape(image) {
        requireChannels('mean', means, image.channels);
        requireChannels('std', divisors, image.channels);
        return image;
      },
      apply: (images) => standardise(images, { mean: means, divisors }),
      inPython: standardiseInPython(({ shape: { channels } }) => ({
        mean: Array.from({ length: channels }, (_, channel) => at(means, channel)),
        divisors: Array.from({ length: channels }, (_, channel) => at(divisors, channel)),
      })),
    };
  },
});

function listOf(values: Channelwise): readonly number[] {
  return typeof values === 'number' ? [values] : values;
}

function at(values: readonly number[], channel: number): number {
  return values[channel % values.length] as number;
}

function renderList(values: Channelwise): string {
  return typeof values === 'number' ? String(values) : `[${values.join(', ')}]`;
}

/** Tells which of the two usual ranges numbers were measured on; nothing where they could be of either or neither. */
function findRange(means: readonly number[], divisors: readonly number[]): ValueRange | undefined {
  const all = [...means, ...divisors];
  if (all.every((value) => value > 0 && value < 1)) return [0, 1];
  return all.every((value) => value > 1 && value < 255) ? [0, 255] : undefined;
}

function requireChannels(option: string, values: readonly number[], channels: number): void {
  if (values.length === 1 || values.length === channels) return;
  throw new UserError(
    `Stage "normalize" must have one number or ${channels} in "${option}", one a channel, received ${values.length}.`,
    { hint: `Write "${option}": ${JSON.stringify(Array(channels).fill(values[0]))}.` },
  );
}
