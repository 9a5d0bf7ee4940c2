import { attribute, runKernel } from '../native-backend.js';
import { type Tensor, tensorflow } from '../tensorflow.js';

const attributes = { T: attribute.type('float32') };

/** Rectifies: max(x, 0). Its gradient is TensorFlow's ReluGrad; at 0 it is 0. Shape: any, kept. */
export function relu(x: Tensor): Tensor {
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (saved: Tensor[]) => void];
    const value = runKernel({ name: 'Relu', attributes, inputs: [input] });
    save([value]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        runKernel({ name: 'ReluGrad', attributes, inputs: [dy, ...saved] }),
    };
  });
  return apply(x);
}
