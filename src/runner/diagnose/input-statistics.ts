import type { InputStatistics } from '../../results/diagnostics.js';
import {
  type ImageValues,
  measureConstantShare,
  measureSaturatedShare,
} from '../../statistics/image-values.js';

/**
 * Returns the 1-Wasserstein distance between the distributions of two sets of numbers: how far, on average, values must
 * be moved to turn one into the other. Formula: the integral of |F - G| over all x, F and G the shares of values up to x.
 * Source: as scipy.stats.wasserstein_distance.
 */
export function measureWasserstein(first: Float32Array, second: Float32Array): number {
  const [a, b] = [first.toSorted(), second.toSorted()];
  let [i, j, distance] = [0, 0, 0];
  let x = Math.min(a[0] ?? 0, b[0] ?? 0);
  while (i < a.length || j < b.length) {
    const next = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    distance += Math.abs(i / a.length - j / b.length) * (next - x);
    x = next;
    while (a[i] === x) i++;
    while (b[j] === x) j++;
  }
  return distance;
}

/** Measures a sample of images as the network sees them. @param reference test images. */
export function measureSample(sample: ImageValues, reference: ImageValues): InputStatistics {
  const channels = Array.from({ length: sample.channels }, (_, channel) =>
    measure(sample.values, channel, sample.channels),
  );
  return {
    imageCount: sample.count,
    mean: channels.map(({ mean }) => mean),
    std: channels.map(({ std }) => std),
    min: Math.min(...channels.map(({ min }) => min)),
    max: Math.max(...channels.map(({ max }) => max)),
    saturatedShare: measureSaturatedShare(sample),
    constantShare: measureConstantShare(sample, reference),
  };
}

/** Returns the standard deviation of all values of a sample. */
export function deviationOf({ values }: ImageValues): number {
  return measure(values, 0, 1).std;
}

/** Measures every `step`th value from `start` on. The mean comes first: a variance from sums of squares loses digits. */
function measure(values: Float32Array, start: number, step: number) {
  let [sum, count, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = start; i < values.length; i += step) {
    const value = values[i] as number;
    sum += value;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = start; i < values.length; i += step) squares += ((values[i] as number) - mean) ** 2;
  return { mean, std: Math.sqrt(squares / count), min, max };
}
