import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';

/**
 * Returns the smooth image, whose border is the image's own; one of at most 2 pixels a side as it is. Shape: [N, H, W, C].
 * Formula: (the sum of the 3 x 3 pixels around + 4 x) / 13.
 */
export function smoothInside(images: Tensor4D): Tensor4D {
  const [, height, width] = images.shape;
  if (height <= 2 || width <= 2) return images;
  const tf = tensorflow();
  const border: [number, number] = [1, 1];
  const isInside = tf
    .ones([1, height - 2, width - 2, 1])
    .pad([[0, 0], border, border, [0, 0]])
    .tile([1, 1, 1, images.shape[3]]);
  const smoothed = smoothAll(images);
  return images.add(smoothed.sub(images).mul(isInside));
}

/** Returns the smooth image, with zeros beyond the border. Shape: [N, H, W, C]. Formula: that of {@link smoothInside}. */
export function smoothAll(images: Tensor4D): Tensor4D {
  const [count, height, width, channels] = images.shape;
  const border: [number, number] = [1, 1];
  // A row of values instead of pixels: neighbours are the values one pixel further.
  const padded = images
    .pad([[0, 0], border, border, [0, 0]])
    .reshape([count, height + 2, (width + 2) * channels]);
  const rows = sumOfThree((first) => padded.slice([0, first, 0], [-1, height, -1]));
  const sums = sumOfThree((first) =>
    rows.slice([0, 0, first * channels], [-1, -1, width * channels]),
  );
  return sums.reshape<Tensor4D>(images.shape).add(images.mul(4)).div(13);
}

function sumOfThree(part: (first: number) => Tensor): Tensor {
  return part(0).add(part(1)).add(part(2));
}
