import { z } from 'zod';
import type { ValueRange } from './stage.js';

/** A pair [low, high] with low below high, as an option. */
export const valueRangeOption = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, { error: 'must be [low, high] with low below high' });

/** The option for the range that a stage's images have. */
export const clippedRangeOption = valueRangeOption
  .default([0, 255])
  .describe('The range of the incoming values, [low, high]; results are clipped to it.');

/** Returns the range with both ends moved into `bounds`. */
export function clampRange([low, high]: ValueRange, bounds: ValueRange): ValueRange {
  return [clamp(low, bounds), clamp(high, bounds)];
}

/** Returns the smallest range that holds `range` and `value`. */
export function includeInRange([low, high]: ValueRange, value: number): ValueRange {
  return [Math.min(low, value), Math.max(high, value)];
}

function clamp(value: number, [low, high]: ValueRange): number {
  return Math.min(Math.max(value, low), high);
}

/** Returns the smallest range that holds both. */
export function joinRanges(one: ValueRange, [low, high]: ValueRange): ValueRange {
  return includeInRange(includeInRange(one, low), high);
}
