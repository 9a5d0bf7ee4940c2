import { z } from 'zod';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';
import { type Draw, type DrawBatch, drawn, type RandomSource, type Stage } from './stage.js';
import { joinRanges } from './value-range.js';

/** Makes the option for the share of training images that a stage changes. */
export function probabilityOption(standard: number) {
  return z
    .number()
    .min(0)
    .max(1)
    .default(standard)
    .describe('The share of training images that are changed.');
}

/** The options of a stage that can be an augmentation or be done to all images. */
export const scopeOptions = {
  when: z
    .enum(['train', 'always'])
    .default('train')
    .describe(
      '"train": a share of the training images, as an augmentation; "always": all images, test images too.',
    ),
  probability: z
    .number()
    .min(0)
    .max(1)
    .exactOptional()
    .describe('The share of training images that are changed; only where when is "train".'),
};

interface Scope {
  readonly when: 'train' | 'always';
  readonly probability?: number;
}

/** What {@link scopeOptions} cannot say for each option by itself. */
export const scopeRule = {
  holds: ({ when, probability }: Scope): boolean => when === 'train' || probability === undefined,
  error: { error: 'must have no "probability" where "when" is "always": all images are changed' },
};

/** What tells one stage that changes some of the images from another. */
export interface ChanceParts extends Pick<Stage, 'expects' | 'gives'> {
  readonly formula: string;
  readonly probability: number;
  /** What is drawn beside the chance itself. */
  draw?(random: RandomSource, count: number, batch: DrawBatch): Draw;
  /** Changes all images; those that the chance leaves out are put back. */
  apply(images: Tensor4D, draw: Draw): Tensor4D;
}

/**
 * Creates a training-only stage that changes a share of the images and leaves the others as they are.
 * Formula: changed where chance < probability, with chance drawn from [0, 1).
 */
export function createChanceStage(parts: ChanceParts): Omit<Stage, 'name'> {
  const { formula, probability, gives, apply, draw, ...expected } = parts;
  const isCertain = probability === 1;
  return {
    ...expected,
    when: 'train',
    gives: (input) => (isCertain ? gives(input) : joinRanges(input, gives(input))),
    formula: isCertain ? formula : `${formula}, where a draw from 0 to 1 is below ${probability}`,
    // What all images go through draws nothing else.
    ...((!isCertain || draw) && {
      draw: (random: RandomSource, count: number, batch: DrawBatch) => ({
        ...(!isCertain && {
          chance: random.uniform('chance', { shape: [count], low: 0, high: 1 }),
        }),
        ...draw?.(random, count, batch),
      }),
    }),
    apply: (images, context) =>
      tensorflow().tidy(() => {
        const changed = apply(images, context.draw);
        if (isCertain) return changed === images ? images.clone() : changed;
        return selectImages(drawn(context.draw, 'chance').less(probability), changed, images);
      }),
  };
}

/**
 * Creates a stage that is an augmentation or is done to all images, as its options say.
 * `standard` is the probability where none is given.
 */
export function createScopedStage(
  parts: Omit<ChanceParts, 'probability' | 'draw'>,
  { when, probability }: Scope,
  standard: number,
): Omit<Stage, 'name'> {
  if (when === 'train') {
    return createChanceStage({ ...parts, probability: probability ?? standard });
  }
  const { draw, ...certain } = createChanceStage({ ...parts, probability: 1 });
  return { ...certain, when };
}
