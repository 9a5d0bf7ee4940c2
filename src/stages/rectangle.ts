import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';

/** Rows or columns from `first` up to before `end`, each float32 [N, 1]; ends beyond the image count as its border. */
export interface Span {
  readonly first: Tensor;
  readonly end: Tensor;
}

/** Pixels side by side, each of so many values. */
interface Line {
  readonly size: number;
  readonly channels: number;
}

/**
 * Replaces the values in a rectangle of each image.
 * Shape: images float32 [N, H, W, C]; `fill` a number, or float32 that spreads over [N, H, W * C].
 */
export function fillRectangles(
  images: Tensor4D,
  { rows, columns }: { readonly rows: Span; readonly columns: Span },
  fill: Tensor | number,
): Tensor4D {
  return tensorflow().tidy(() => {
    const [, height, width, channels] = images.shape;
    const isRow = isWithin({ size: height, channels: 1 }, rows);
    const isColumn = isWithin({ size: width, channels }, columns);
    return fillMarked(images, isRow.expandDims(2).logicalAnd(isColumn.expandDims(1)), fill);
  });
}

/** Replaces marked values. Shape: marks bool [N, H, W * C]; `fill` as in {@link fillRectangles}. */
export function fillMarked(images: Tensor4D, marks: Tensor, fill: Tensor | number): Tensor4D {
  const tf = tensorflow();
  const [count, height, width, channels] = images.shape;
  // A line of values instead of pixels: flags for each value, without spreading them over an axis of three.
  const shape = [count, height, width * channels];
  return tf.tidy(() => {
    const filling = typeof fill === 'number' ? tf.fill(shape, fill) : fill.broadcastTo(shape);
    return selectImages<Tensor>(marks, filling, images.reshape(shape)).reshape(images.shape);
  });
}

/** The places of a line's values: each as often as a pixel has values. Shape: float32 [size * channels]. */
export function placesOf({ size, channels }: Line): Tensor {
  const values = Float32Array.from({ length: size * channels }, (_, i) => Math.floor(i / channels));
  return tensorflow().tensor1d(values);
}

function isWithin(line: Line, { first, end }: Span): Tensor {
  const places = placesOf(line);
  return places.greaterEqual(first).logicalAnd(places.less(end));
}

/** A share below 1 gives 0..count-1; 1 itself, which may be given, does too. Shape: [N] to [N, 1]; `count` may be [N, 1]. */
export function wholePlace(share: Tensor, count: Tensor | number): Tensor {
  return tensorflow().tidy(() => {
    const column = share.reshape([-1, 1]);
    const last = typeof count === 'number' ? tensorflow().scalar(count - 1) : count.sub(1);
    return column.mul(count).floor().minimum(last);
  });
}
