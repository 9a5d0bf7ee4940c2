import type { InputStatistics } from '../../results/diagnostics.js';

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

/** A sample of images as the network sees them. Shape: `values` holds the images one after the other, HWC. */
export interface ImageSample {
  readonly imageCount: number;
  readonly channels: number;
  readonly values: Float32Array;
}

/** Values nearer to an end than this share of the range are at it: resampling leaves what was clipped a bit off. */
const endTolerance = 1e-6;

/** Images whose values deviate by less than this share of `typicalStd` are constant. */
const constantShareOfStd = 0.01;

/**
 * Describes a sample. An end of the range is the lowest or highest value of a channel in the sample: where a stage clips,
 * that is where it clips to.
 * @param typicalStd the standard deviation of test images.
 */
export function describeSample(sample: ImageSample, typicalStd: number): InputStatistics {
  const channels = Array.from({ length: sample.channels }, (_, channel) =>
    describeChannel(sample, channel),
  );
  const saturated = channels.reduce((sum, { atEnds }) => sum + atEnds, 0);
  return {
    imageCount: sample.imageCount,
    mean: channels.map(({ mean }) => mean),
    std: channels.map(({ std }) => std),
    min: Math.min(...channels.map(({ min }) => min)),
    max: Math.max(...channels.map(({ max }) => max)),
    saturatedShare: saturated / sample.values.length,
    constantShare: countConstant(sample, constantShareOfStd * typicalStd) / sample.imageCount,
  };
}

/** Returns the standard deviation of all values of a sample. */
export function deviationOf({ values }: ImageSample): number {
  return measure(values, 0, 1).std;
}

function describeChannel({ values, channels }: ImageSample, channel: number) {
  const measured = measure(values, channel, channels);
  const tolerance = endTolerance * (measured.max - measured.min);
  let atEnds = 0;
  for (let i = channel; i < values.length; i += channels) {
    const value = values[i] as number;
    if (value <= measured.min + tolerance || value >= measured.max - tolerance) atEnds++;
  }
  return { ...measured, atEnds };
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

function countConstant({ values, imageCount }: ImageSample, limit: number): number {
  const size = values.length / imageCount;
  let count = 0;
  for (let image = 0; image < imageCount; image++) {
    if (measure(values.subarray(image * size, (image + 1) * size), 0, 1).std < limit) count++;
  }
  return count;
}
