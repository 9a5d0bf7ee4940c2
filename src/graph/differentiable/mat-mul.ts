import { attribute, runKernel } from '../native-backend.js';
import { computeIn, presentPrecision } from '../precision.js';
import { type Tensor, type Tensor2D, tensorflow } from '../tensorflow.js';

/**
 * Multiplies matrices, and so its gradients, in the precision in which it stands. TensorFlow.js takes BatchMatMulV2, which
 * TensorFlow does not fuse with a bias and a relu. Shape: [N, I] and [I, K] to [N, K].
 */
export function matMul(x: Tensor2D, kernel: Tensor2D): Tensor2D {
  const precision = presentPrecision();
  const apply = tensorflow().customGrad((...inputs) => {
    const [a, b, save] = inputs as unknown as [Tensor, Tensor, (saved: Tensor[]) => void];
    save([a, b]);
    return {
      value: multiply(a, b, 'none'),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [left, right] = saved as [Tensor, Tensor];
        return computeIn(precision, () => [
          multiply(dy, right, 'second'),
          multiply(left, dy, 'first'),
        ]);
      },
    };
  });
  return apply(x, kernel) as Tensor2D;
}

function multiply(a: Tensor, b: Tensor, transposed: 'none' | 'first' | 'second'): Tensor {
  const attributes = {
    T: attribute.type('float32'),
    transpose_a: attribute.bool(transposed === 'first'),
    transpose_b: attribute.bool(transposed === 'second'),
  };
  return runKernel({ name: 'MatMul', attributes, inputs: [a, b] });
}
