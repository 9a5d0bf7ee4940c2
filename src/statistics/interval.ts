/** Where a value lies with some certainty. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** Share of such intervals that hold the true value, for example 0.95. */
  readonly level: number;
}

/** Tells whether an interval holds 0: whether there may be no difference at all. */
export function coversZero({ lower, upper }: Interval): boolean {
  return lower <= 0 && upper >= 0;
}

/**
 * Returns a level.
 * @throws RangeError unless it lies between 0 and 1.
 */
export function requireLevel(level: number): number {
  if (level > 0 && level < 1) return level;
  throw new RangeError(`A level must lie between 0 and 1, received ${level}.`);
}
