import type { TrainingImages } from './stage.js';

/** How many of an image's values share one mean and one deviation. */
export type StatisticsScope = 'channel' | 'global' | 'pixel';

export interface PixelStatistics {
  /** One number a channel, one for all, or one for each value of an image in HWC order. */
  readonly mean: readonly number[];
  /** Population standard deviations (divisor n), in the order of `mean`. */
  readonly std: readonly number[];
}

/**
 * Measures mean and standard deviation over all training images, in float64 and in one pass.
 * Formula: with d = x - shift, mean = shift + sum(d) / n, variance = (sum(d d) - sum(d)^2 / n) / n.
 * The shift is the first value seen: it keeps the two terms of the variance small, and makes the deviation of values
 * that are all alike exactly 0. For images of whole numbers every sum is exact.
 */
export function measurePixels(images: TrainingImages, scope: StatisticsScope): PixelStatistics {
  const { height, width, channels } = images.shape;
  const slots = { global: 1, channel: channels, pixel: height * width * channels }[scope];
  const count = (images.count * height * width * channels) / slots;
  let sums: ShiftedSums | undefined;
  for (const values of images.batches()) {
    sums ??= startSums(values, slots);
    addValues(sums, values);
  }
  if (!sums) throw new Error('There are no training images to measure.');
  const { shift, sum, squares } = sums;
  const mean = Array.from(sum, (total, slot) => at(shift, slot) + total / count);
  const std = Array.from(sum, (total, slot) =>
    Math.sqrt(Math.max(0, (at(squares, slot) - (total * total) / count) / count)),
  );
  return { mean, std };
}

/** Sums a slot, of value minus shift and of its square. */
interface ShiftedSums {
  readonly shift: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

function startSums(values: Float32Array, slots: number): ShiftedSums {
  return {
    shift: Float64Array.from(values.subarray(0, slots)),
    sum: new Float64Array(slots),
    squares: new Float64Array(slots),
  };
}

function addValues({ shift, sum, squares }: ShiftedSums, values: Float32Array): void {
  const slots = shift.length;
  let slot = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = at(values, i) - at(shift, slot);
    sum[slot] = at(sum, slot) + difference;
    squares[slot] = at(squares, slot) + difference * difference;
    slot = slot + 1 === slots ? 0 : slot + 1;
  }
}

function at(values: Float64Array | Float32Array, index: number): number {
  return values[index] as number;
}
