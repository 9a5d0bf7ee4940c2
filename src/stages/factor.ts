import { z } from 'zod';
import type { ValueRange } from './stage.js';

/** An option as Keras' `factor`: a number, or a pair of bounds. */
export type Factor = number | readonly [number, number];

/** Makes the schema of a factor whose numbers `bound` accepts. */
export function factorOption(bound: z.ZodNumber) {
  return z.union([bound, z.tuple([bound, bound])]);
}

/**
 * Returns the range that a factor stands for.
 * Formula: f gives [-|f|, |f|]; a pair gives itself, the lower number first.
 * Source: Keras' `_set_factor`, which sorts pairs as well.
 */
export function symmetricRange(factor: Factor): ValueRange {
  if (typeof factor === 'number') return [-Math.abs(factor), Math.abs(factor)];
  const [first, second] = factor;
  return first <= second ? [first, second] : [second, first];
}

/** Renders a bound without the digits that float arithmetic adds: 0.1 * 360 as "36". */
export function renderNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Returns the range of an option that is one number for all images, or a pair [low, high] to draw from. */
export function drawnRange(option: Factor): ValueRange {
  return typeof option === 'number' ? [option, option] : symmetricRange(option);
}

/** Renders the numbers of {@link drawnRange}: "0.5", or "from 0.2 to 0.5". */
export function renderDrawn([low, high]: ValueRange): string {
  return low === high ? renderNumber(low) : `from ${renderNumber(low)} to ${renderNumber(high)}`;
}
