import { computeIn } from '../precision.js';
import { type Tensor, type Tensor2D, tensorflow } from '../tensorflow.js';

/** Multiplies matrices in float32, its gradients too, wherever it stands. Shape: [N, I] and [I, K] to [N, K]. */
export function matMulFloat32(x: Tensor2D, kernel: Tensor2D): Tensor2D {
  const tf = tensorflow();
  const apply = tf.customGrad((...inputs) => {
    const [a, b, save] = inputs as unknown as [Tensor, Tensor, (saved: Tensor[]) => void];
    save([a, b]);
    return {
      value: computeIn('float32', () => tf.matMul(a, b)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [left, right] = saved as [Tensor, Tensor];
        return computeIn('float32', () => [
          tf.matMul(dy, right, false, true),
          tf.matMul(left, dy, true),
        ]);
      },
    };
  });
  return apply(x, kernel) as Tensor2D;
}
