import { attribute, runKernel } from '../native-backend.js';
import { type Tensor, tensorflow } from '../tensorflow.js';

const attributes = { T: attribute.type('float32') };

/**
 * Sigmoid linear unit, also called swish. Shape: any, kept.
 * Formula: x * s, s = 1 / (1 + exp(-x)); its gradient is s plus TensorFlow's SigmoidGrad of x, s * (1 - s) * x.
 */
export function silu(x: Tensor): Tensor {
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (saved: Tensor[]) => void];
    const sigmoid = runKernel({ name: 'Sigmoid', attributes, inputs: [input] });
    save([input, sigmoid]);
    return {
      value: input.mul(sigmoid),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [kept, s] = saved as [Tensor, Tensor];
        const towardsSigmoid = dy.mul(kept);
        const through = runKernel({ name: 'SigmoidGrad', attributes, inputs: [s, towardsSigmoid] });
        return dy.mul(s).add(through);
      },
    };
  });
  return apply(x);
}
