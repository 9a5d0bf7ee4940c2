/** Images as they are at one place of a pipeline. Shape: `values` holds them one after the other, HWC. */
export interface ImageValues {
  readonly count: number;
  readonly channels: number;
  readonly values: Float32Array;
}

/** An image whose values spread by less than this share of what reference images do holds next to nothing. */
const constantShareOfSpread = 0.01;

/** Values nearer to an end than this share of the range are at it: resampling leaves what was clipped a bit off. */
const endTolerance = 1e-6;

/**
 * Returns the share of images that are constant, one colour or nearly: whose spread, the root mean square distance of an
 * image's values from the mean of their channel, is below 1 % of the mean spread of `reference` (test images at the same
 * place). Range: 0..1.
 */
export function measureConstantShare(images: ImageValues, reference: ImageValues): number {
  const spreads = measureSpreads(reference);
  const mean = spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length;
  const constant = measureSpreads(images).filter(
    (spread) => !(spread > constantShareOfSpread * mean),
  );
  return constant.length / images.count;
}

function measureSpreads({ values, channels, count }: ImageValues): number[] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, index) => {
    const image = values.subarray(index * size, (index + 1) * size);
    let squares = 0;
    for (let channel = 0; channel < channels; channel++) {
      squares += sumSquaredDistances(image, channel, channels);
    }
    return Math.sqrt(squares / size);
  });
}

/** The mean comes first: a variance from sums of squares loses digits. */
function sumSquaredDistances(image: Float32Array, first: number, step: number): number {
  let [sum, count] = [0, 0];
  for (let i = first; i < image.length; i += step) {
    sum += image[i] as number;
    count++;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = first; i < image.length; i += step) squares += ((image[i] as number) - mean) ** 2;
  return squares;
}

/**
 * Returns the share of values that are saturated: the lowest or the highest of their channel in these images, as clipping
 * leaves them. Photographs have about 2 %. Range: 0..1.
 */
export function measureSaturatedShare({ values, channels }: ImageValues): number {
  let count = 0;
  for (let channel = 0; channel < channels; channel++) {
    count += countAtEnds(values, channel, channels);
  }
  return count / values.length;
}

function countAtEnds(values: Float32Array, first: number, step: number): number {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = first; i < values.length; i += step) {
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const tolerance = endTolerance * (max - min);
  const [low, high] = [min + tolerance, max - tolerance];
  let count = 0;
  for (let i = first; i < values.length; i += step) {
    const value = values[i] as number;
    if (value <= low || value >= high) count++;
  }
  return count;
}
