import type { PlacedImages } from './inspect-pipeline.js';

/** An image whose values spread by less than this share of what test images do holds next to nothing. */
const constantShareOfSpread = 0.01;

/**
 * Returns each image's spread: the root mean square distance of its values from the mean of their channel.
 * An image that is one colour has spread 0.
 */
export function spreadsOf({ values, shape, count }: PlacedImages): number[] {
  const { height, width, channels } = shape;
  const size = height * width * channels;
  return Array.from({ length: count }, (_, index) => {
    const image = values.subarray(index * size, (index + 1) * size);
    let squares = 0;
    for (let channel = 0; channel < channels; channel++) {
      squares += squaredDistances(image, channel, channels);
    }
    return Math.sqrt(squares / size);
  });
}

/** Returns the share of images that hardly vary, against the mean spread of `reference`. Range: 0..1. */
export function constantShare(images: PlacedImages, reference: PlacedImages): number {
  const spreads = spreadsOf(reference);
  const mean = spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length;
  const least = constantShareOfSpread * mean;
  const constant = spreadsOf(images).filter((spread) => !(spread > least));
  return constant.length / images.count;
}

function squaredDistances(image: Float32Array, first: number, step: number): number {
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
