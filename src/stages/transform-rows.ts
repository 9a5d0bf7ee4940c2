import { type Tensor, type Tensor1D, tensorflow } from '../engine/tensorflow.js';

/** A number for each image as a tensor [N], or one number for all of them. */
export type PerImage = Tensor | number;

/** An affine map from output to input pixels: column = a0 x + a1 y + a2, row = b0 x + b1 y + b2. */
export interface AffineMap {
  readonly a: readonly [x: PerImage, y: PerImage, offset: PerImage];
  readonly b: readonly [x: PerImage, y: PerImage, offset: PerImage];
}

/**
 * Packs an affine map, in which at least one number is a tensor, into the rows that an image transform takes.
 * Shape: float32 [N, 8], rows [a0, a1, a2, b0, b1, b2, 0, 0].
 */
export function packTransforms(map: AffineMap): Tensor {
  const tf = tensorflow();
  const columns = [...map.a, ...map.b, 0, 0];
  const count = columns.find((column) => typeof column !== 'number')?.shape[0] ?? 1;
  const constants = new Map<number, Tensor1D>();
  return tf.tidy(() => {
    const toTensor = (column: PerImage): Tensor => {
      if (typeof column !== 'number') return column;
      const constant = constants.get(column) ?? tf.fill([count], column);
      constants.set(column, constant as Tensor1D);
      return constant;
    };
    return tf.stack(columns.map(toTensor), 1);
  });
}
