import { z } from 'zod';
import type { ValueRange } from './stage.js';

/** A pair [low, high] with low below high, as an option. */
export const valueRangeOption = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, { error: 'must be [low, high] with low below high' });

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
