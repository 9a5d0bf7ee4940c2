import { tQuantile } from './distributions.js';
import { type Interval, requireLevel } from './interval.js';

/** Returns the mean; NaN of no values. */
export function computeMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns the middle of some values, or the mean of the two in the middle; nothing of no values. */
export function computeMedian(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** Returns the sample standard deviation; nothing for less than two values, which have no spread. */
export function computeStandardDeviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const first = values[0] as number;
  // Equal values have a mean that rounding may move: their deviation is 0, not 1e-17.
  if (values.every((value) => value === first)) return 0;
  const mean = computeMean(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Returns the t interval of the mean; nothing for less than two values. */
export function computeMeanInterval(values: readonly number[], level = 0.95): Interval | undefined {
  const deviation = computeStandardDeviation(values);
  if (deviation === undefined) return undefined;
  const standardError = deviation / Math.sqrt(values.length);
  return createTInterval(computeMean(values), {
    standardError,
    freedom: values.length - 1,
    level,
  });
}

/** Returns the interval around an estimate whose error follows Student's t distribution. */
export function createTInterval(
  estimate: number,
  options: { readonly standardError: number; readonly freedom: number; readonly level: number },
): Interval {
  const level = requireLevel(options.level);
  const { standardError, freedom } = options;
  const margin = standardError === 0 ? 0 : tQuantile((1 + level) / 2, freedom) * standardError;
  return { lower: estimate - margin, upper: estimate + margin, level };
}
