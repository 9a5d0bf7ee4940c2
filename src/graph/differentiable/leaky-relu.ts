import { attribute, runKernel } from '../native-backend.js';
import { type Tensor, tensorflow } from '../tensorflow.js';

/**
 * Rectifies leakily: x above 0, slope * x below. Its gradient is TensorFlow's LeakyReluGrad; at 0 it is the slope.
 * Shape: any, kept.
 */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  const attributes = { T: attribute.type('float32'), alpha: attribute.float(slope) };
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (saved: Tensor[]) => void];
    save([input]);
    return {
      value: runKernel({ name: 'LeakyRelu', attributes, inputs: [input] }),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        runKernel({ name: 'LeakyReluGrad', attributes, inputs: [dy, ...saved] }),
    };
  });
  return apply(x);
}
