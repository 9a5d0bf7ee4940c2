import { type Tensor, tensorflow } from '../engine/tensorflow.js';

/**
 * Composes affine maps into one that stands for applying the first, then the second, and so on.
 * Shape: each float32 [N, 8], rows [a0, a1, a2, b0, b1, b2, 0, 0]; the result too.
 * Formula: M = M_first * ... * M_last as 3x3 matrices: they map output to input pixels, so the last one acts first.
 * The products are element-wise and summed, not a matrix multiplication: a GPU may round those to TF32's ten bits,
 * which moves pixels.
 */
export function composeTransforms(transforms: readonly Tensor[]): Tensor {
  const tf = tensorflow();
  const [first, ...others] = transforms;
  if (!first) throw new Error('There are no transforms to compose.');
  if (others.length === 0) return first.clone();
  return tf.tidy(() => {
    const count = first.shape[0] ?? 1;
    const corner = tf.ones([count, 1]);
    const matrix = (rows: Tensor) => tf.concat([rows, corner], 1);
    const product = others.reduce((left: Tensor, rows) => {
      const columns = left.reshape([count, 3, 3, 1]);
      return columns.mul(matrix(rows).reshape([count, 1, 3, 3])).sum(2);
    }, matrix(first));
    return product.reshape([count, 9]).slice([0, 0], [count, 8]);
  });
}
