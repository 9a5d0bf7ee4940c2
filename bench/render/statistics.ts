/** Middle and ends of some samples. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** Returns the median, the mean of the two middle values where their number is even. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('No values have no median.');
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] as number;
  return (lower + upper) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  };
}

/** One value a round, by the round's name or number. */
export type Rounds = ReadonlyMap<number | string, number>;

/**
 * Compares two sides round by round: what slows the machine down for a while slows both. Nothing if they share no
 * round.
 */
export function ratioOf(numerator: Rounds, denominator: Rounds): Spread | undefined {
  const ratios: number[] = [];
  for (const [round, value] of numerator) {
    const other = denominator.get(round);
    if (other !== undefined) ratios.push(value / other);
  }
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}

/** Returns the smallest value of each round: the best of several sides. */
export function bestOf(sides: readonly Rounds[]): Rounds {
  const best = new Map<number | string, number>();
  for (const [round, value] of sides.flatMap((side) => [...side])) {
    best.set(round, Math.min(value, best.get(round) ?? Number.POSITIVE_INFINITY));
  }
  return best;
}
