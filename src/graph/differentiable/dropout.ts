import { attribute, runKernel, runKernelWithOutputs } from '../native-backend.js';
import { hasOwnKernels } from '../own-kernels.js';
import type { EngineRandomSource } from '../random.js';
import { type Tensor, tensorflow } from '../tensorflow.js';

/**
 * Drops a share of all numbers, and scales the others up. Shape: any, kept; float32. Range of `rate`: [0, 1).
 * Formula: x * [u >= rate] / (1 - rate), u uniform in [0, 1), drawn as "mask".
 * Source: Srivastava et al. 2014, scaled in training as Keras does.
 */
export function dropout(x: Tensor, rate: number, random: EngineRandomSource): Tensor {
  return hasOwnKernels() ? dropoutByOwnKernels(x, rate, random) : composedDropout(x, rate, random);
}

/** {@link dropout} of TensorFlow's own ops, bit for bit the same. */
export function composedDropout(x: Tensor, rate: number, random: EngineRandomSource): Tensor {
  const mask = tensorflow().tidy(() =>
    random
      .uniform('mask', { shape: x.shape, low: 0, high: 1 })
      .greaterEqual(rate)
      .cast('float32')
      .mul(1 / (1 - rate)),
  );
  return x.mul(mask);
}

function dropoutByOwnKernels(x: Tensor, rate: number, random: EngineRandomSource): Tensor {
  const common = { T: attribute.type('float32'), factor: attribute.float(1 / (1 - rate)) };
  const seeds = random.seeds('mask');
  const apply = tensorflow().customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor, (saved: Tensor[]) => void];
    const attributes = { ...common, rate: attribute.float(rate) };
    const op = { name: 'PrepLabDropout', attributes, inputs: [input, seeds] };
    const [value, kept] = runKernelWithOutputs(op, 2) as [Tensor, Tensor];
    save([kept]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        runKernel({ name: 'PrepLabDropoutGrad', attributes: common, inputs: [dy, ...saved] }),
    };
  });
  return apply(x);
}
