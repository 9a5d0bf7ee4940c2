import { attribute, runKernel } from '../kernel.js';
import { type Tensor, tensorflow } from '../tensorflow.js';

const attributes = { T: attribute.type('float32'), data_format: attribute.text('NHWC') };

/**
 * Adds a bias to the last axis. Its gradient is TensorFlow's BiasAddGrad, one op instead of a chain of sums.
 * Shape: [..., C] and [C] to [..., C].
 */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, offset] = inputs as [Tensor, Tensor];
    const value = runKernel({ name: 'BiasAdd', attributes, inputs: [input, offset] });
    return {
      value,
      gradFunc: (dy: Tensor) => [dy, runKernel({ name: 'BiasAddGrad', attributes, inputs: [dy] })],
    };
  });
  return apply(x, bias);
}
