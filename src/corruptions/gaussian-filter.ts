import { clamp, mirror, type PixelShape } from './image.js';

interface GaussianOptions {
  readonly sigma: number;
  /** How many deviations the kernel reaches. Default: 4. */
  readonly truncate?: number;
  /** Default: `nearest`. */
  readonly border?: 'nearest' | 'mirror';
}

/**
 * Blurs each channel, rows of pixels first.
 * Formula: weights exp(-i^2 / 2 sigma^2) / sum, i from -r to r, r = int(truncate sigma + 0.5).
 * Source: scipy.ndimage.gaussian_filter, in its order of operations; sigma 0 changes nothing.
 */
export function gaussianFilter(
  values: Float64Array,
  shape: PixelShape,
  { sigma, truncate = 4, border = 'nearest' }: GaussianOptions,
): Float64Array {
  if (sigma <= 1e-15) return values;
  const weights = gaussianWeights(sigma, Math.floor(truncate * sigma + 0.5));
  const place = border === 'nearest' ? clamp : mirror;
  const { height, width, channels } = shape;
  const down = correlate(values, weights, {
    places: placesOf(height, weights.length, place),
    length: height,
    step: width * channels,
  });
  return correlate(down, weights, {
    places: placesOf(width, weights.length, place),
    length: width,
    step: channels,
  });
}

/** From the centre on: the other half is the same. */
function gaussianWeights(sigma: number, radius: number): number[] {
  const raw = Array.from({ length: radius + 1 }, (_, i) => Math.exp((-0.5 / sigma ** 2) * i * i));
  const sum = raw.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return raw.map((weight) => weight / sum);
}

const knownPlaces = new Map<string, Int32Array>();

/** Where each place reads its neighbours, by place and distance: before and after. */
function placesOf(
  length: number,
  reach: number,
  place: (at: number, length: number) => number,
): Int32Array {
  const key = `${length}/${reach}/${place.name}`;
  const known = knownPlaces.get(key);
  if (known) return known;
  const places = new Int32Array(length * reach * 2);
  for (let at = 0; at < length; at++) {
    for (let distance = 0; distance < reach; distance++) {
      places[(at * reach + distance) * 2] = place(at - distance, length);
      places[(at * reach + distance) * 2 + 1] = place(at + distance, length);
    }
  }
  knownPlaces.set(key, places);
  return places;
}

function correlate(
  values: Float64Array,
  weights: readonly number[],
  axis: { readonly places: Int32Array; readonly length: number; readonly step: number },
): Float64Array {
  const { places, length, step } = axis;
  const reach = weights.length;
  const result = new Float64Array(values.length);
  const block = length * step;
  for (let first = 0; first < values.length; first += block) {
    for (let at = 0; at < length; at++) {
      const row = first + at * step;
      for (let inner = 0; inner < step; inner++) {
        let sum = (values[row + inner] as number) * (weights[0] as number);
        // From the outside in, as SciPy adds them up.
        for (let distance = reach - 1; distance > 0; distance--) {
          const pair = (at * reach + distance) * 2;
          const before = values[first + (places[pair] as number) * step + inner] as number;
          const after = values[first + (places[pair + 1] as number) * step + inner] as number;
          sum += (before + after) * (weights[distance] as number);
        }
        result[row + inner] = sum;
      }
    }
  }
  return result;
}
