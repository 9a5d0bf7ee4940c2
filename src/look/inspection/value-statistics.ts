import type { ValueRange } from '../../stages/stage.js';
import type { PlacedImages } from './inspect-pipeline.js';

interface ChannelStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
}

/** What the values of images at one place are like. Not finite values count only as such. Range: shares 0..1. */
export interface ValueStatistics {
  readonly imageCount: number;
  readonly channels: readonly ChannelStatistics[];
  /** Shares of a channel's values in bins of equal width between `low` and `high`. Shape: [channel][bin]. */
  readonly histogram: {
    readonly low: number;
    readonly high: number;
    readonly shares: readonly (readonly number[])[];
  };
  /** Shares of values outside of the range that was asked about. */
  readonly aboveShare: number;
  readonly belowShare: number;
  readonly notFiniteShare: number;
}

const binCount = 64;

/** Rounding of float32 may leave a range by this share of its width. */
const roundingShare = 1e-5;

/** Returns the range with room for rounding at both ends. */
export function withRounding([low, high]: ValueRange): ValueRange {
  const room = (high - low) * roundingShare;
  return [low - room, high + room];
}

/** Measures the values of images, and which share lies outside of `range`. Sums in float64. */
export function measureValues(images: PlacedImages, range: ValueRange): ValueStatistics {
  const { values, shape, count } = images;
  const channels = Array.from({ length: shape.channels }, (_, channel) =>
    measureChannel(values, channel, shape.channels),
  );
  const low = Math.min(...channels.map(({ min }) => min));
  const high = Math.max(...channels.map(({ max }) => max));
  return {
    imageCount: count,
    channels,
    histogram: countBins(images, low < high ? [low, high] : [low - 0.5, low + 0.5]),
    ...shareOutside(values, range),
  };
}

function measureChannel(values: Float32Array, channel: number, step: number): ChannelStatistics {
  let [min, max, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = channel; i < values.length; i += step) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  if (count === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, std: Number.NaN };
  const mean = sum / count;
  let squares = 0;
  for (let i = channel; i < values.length; i += step) {
    const difference = (values[i] as number) - mean;
    if (Number.isFinite(difference)) squares += difference * difference;
  }
  return { min, max, mean, std: Math.sqrt(squares / count) };
}

function countBins({ values, shape }: PlacedImages, [low, high]: ValueRange) {
  const { channels } = shape;
  const share = channels / values.length;
  const shares = Array.from({ length: channels }, () => new Array<number>(binCount).fill(0));
  for (let i = 0; i < values.length; i++) {
    const place = Math.floor((((values[i] as number) - low) / (high - low)) * binCount);
    const bins = shares[i % channels];
    const bin = Math.min(Math.max(place, 0), binCount - 1);
    // What is not finite has no bin.
    if (bins && Number.isFinite(values[i])) bins[bin] = (bins[bin] ?? 0) + share;
  }
  return { low, high, shares };
}

function shareOutside(values: Float32Array, range: ValueRange) {
  const [low, high] = withRounding(range);
  let [above, below, notFinite] = [0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) notFinite++;
    else if (value > high) above++;
    else if (value < low) below++;
  }
  return {
    aboveShare: above / values.length,
    belowShare: below / values.length,
    notFiniteShare: notFinite / values.length,
  };
}
