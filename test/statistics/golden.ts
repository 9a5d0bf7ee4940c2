import { readFileSync } from 'node:fs';

/** What SciPy and statsmodels say: see test/golden/statistics/generate.py. */
interface GoldenStatistics {
  readonly mean: readonly {
    readonly values: readonly number[];
    readonly level: number;
    readonly mean: number;
    readonly std: number;
    readonly interval: readonly [number, number];
  }[];
  readonly pairs: readonly GoldenTest[];
  readonly groups: readonly GoldenTest[];
  readonly sameImages: readonly {
    readonly counts: readonly [number, number, number, number];
    readonly level: number;
    readonly p: number;
    readonly interval: readonly [number, number];
  }[];
  readonly proportions: readonly {
    readonly successes: readonly [number, number];
    readonly counts: readonly [number, number];
    readonly level: number;
    readonly p: number;
    readonly interval: readonly [number, number];
    readonly wilson: readonly [number, number];
  }[];
  readonly power: readonly {
    readonly count: number;
    readonly effect: number;
    readonly alpha: number;
    readonly pairs: number;
    readonly groups: number;
  }[];
  /** Arguments of each distribution and, at the end, its value. */
  readonly tails: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly holm: readonly { readonly values: number[]; readonly corrected: number[] }[];
}

export interface GoldenTest {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly level: number;
  readonly difference: number;
  readonly p: number;
  readonly interval: readonly [number, number];
}

const file = new URL('../golden/statistics/statistics.json', import.meta.url);

export const golden: GoldenStatistics = JSON.parse(readFileSync(file, 'utf8'));

/** The worst difference between received and expected numbers, relative to those above 1. */
export function worstError(pairs: readonly (readonly [number | undefined, number])[]): number {
  const errors = pairs.map(
    ([received = Number.NaN, expected]) =>
      Math.abs(received - expected) / Math.max(1, Math.abs(expected)),
  );
  return errors.some(Number.isNaN) ? Number.NaN : Math.max(...errors);
}
