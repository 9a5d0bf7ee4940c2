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
