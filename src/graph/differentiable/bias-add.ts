import { attribute, runKernel } from '../native-backend.js';
import { computeIn, presentPrecision } from '../precision.js';
import { type Tensor, tensorflow } from '../tensorflow.js';

const attributes = { T: attribute.type('float32'), data_format: attribute.text('NHWC') };

/**
 * Adds a bias to the last axis. Its gradient is TensorFlow's BiasAddGrad, one op instead of a chain of sums; in mixed
 * precision a product with ones, which takes bfloat16, sums in float32, and on two cores a third of the time.
 * Shape: [..., C] and [C] to [..., C].
 */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  const precision = presentPrecision();
  const sum = precision === 'float32' ? sumOverPlaces : sumByProduct;
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, offset] = inputs as [Tensor, Tensor];
    const value = runKernel({ name: 'BiasAdd', attributes, inputs: [input, offset] });
    return {
      value,
      gradFunc: (dy: Tensor) => [dy, computeIn(precision, () => sum(dy))],
    };
  });
  return apply(x, bias);
}

function sumOverPlaces(dy: Tensor): Tensor {
  return runKernel({ name: 'BiasAddGrad', attributes, inputs: [dy] });
}

function sumByProduct(dy: Tensor): Tensor {
  const tf = tensorflow();
  const channels = dy.shape.at(-1) as number;
  const places = dy.size / channels;
  return tf.matMul(tf.fill([1, places], 1), dy.reshape([places, channels])).as1D();
}
