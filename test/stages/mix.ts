import { type Tensor, type Tensor2D, tensorflow } from '../../src/graph/tensorflow.js';
import type { Draw, Stage } from '../../src/stages/stage.js';

export interface FlatTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Mixes images and labels with a draw that is given. The engine must run. */
export function mixWith(
  stage: Stage,
  { images, labels }: { images: FlatTensor; labels: readonly (readonly number[])[] },
  given: Readonly<Record<string, readonly number[]>>,
): { images: number[]; labels: number[][] } {
  const tf = tensorflow();
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  const imageShape = { height, width, channels };
  const mixed = tf.tidy(() => {
    const draw: Draw = Object.fromEntries<Tensor>(
      Object.entries(given).map(([name, values]) => [name, tf.tensor1d([...values])]),
    );
    const pixels = tf.tensor4d([...images.values], [count, height, width, channels]);
    const shares = tf.tensor2d(labels.map((row) => [...row]));
    const output = stage.apply(pixels, { draw, fitted: {} });
    const shared = stage.applyToLabels?.(shares, { draw, fitted: {}, imageShape }) as Tensor2D;
    return { images: output, labels: shared };
  });
  const result = { images: Array.from(mixed.images.dataSync()), labels: mixed.labels.arraySync() };
  tf.dispose([mixed.images, mixed.labels]);
  return result;
}

/** Returns classes as shares of all classes, smoothed as in training. */
export function sharesOf(
  classes: readonly number[],
  classCount: number,
  smoothing = 0,
): number[][] {
  const row = (label: number) =>
    Array.from(
      { length: classCount },
      (_, index) => (index === label ? 1 - smoothing : 0) + smoothing / classCount,
    );
  return classes.map(row);
}

/** Returns numbers whose order is that permutation: image i gets the partner `order[i]`. */
export function orderAsDraw(order: readonly number[]): number[] {
  return order.map((_, image) => 1 - order.indexOf(image) / order.length);
}
