import { biasAdd } from '../differentiable/bias-add.js';
import { matMul } from '../differentiable/mat-mul.js';
import { computeIn } from '../precision.js';
import { type Tensor, type Tensor2D, type Tensor4D, tensorflow } from '../tensorflow.js';
import { activate } from './activation.js';
import { type Layer, type LayerWeight, member, replaceCall } from './layer.js';

/**
 * Lets a Conv2D layer use BiasAdd and its activation's own kernels and gradients. Other layouts than NHWC stay as they are.
 */
export function fuseConv2d(layer: Layer): void {
  if (member<string>(layer, 'dataFormat') !== 'channelsLast') return;
  const kernel = member<LayerWeight>(layer, 'kernel');
  const strides = member<[number, number]>(layer, 'strides');
  const dilations = member<[number, number]>(layer, 'dilationRate');
  const padding = member<'same' | 'valid'>(layer, 'padding');
  replaceCall(layer, (x) => {
    const filter = kernel.val as unknown as Tensor4D;
    const product = tensorflow().conv2d(x as Tensor4D, filter, strides, padding, 'NHWC', dilations);
    return finish(layer, product);
  });
}

/** Lets a DepthwiseConv2D layer do the same. TensorFlow has no gradient for dilated ones, nor tfjs a forward pass. */
export function fuseDepthwiseConv2d(layer: Layer): void {
  if (member<string>(layer, 'dataFormat') !== 'channelsLast') return;
  const kernel = member<LayerWeight>(layer, 'depthwiseKernel');
  const strides = member<[number, number]>(layer, 'strides');
  const padding = member<'same' | 'valid'>(layer, 'padding');
  replaceCall(layer, (x) => {
    const filter = kernel.val as unknown as Tensor4D;
    return finish(layer, tensorflow().depthwiseConv2d(x as Tensor4D, filter, strides, padding));
  });
}

/**
 * Lets a Dense layer use MatMul, BiasAdd and its activation's own kernels and gradients. `logits` leaves its activation out
 * and computes in float32 whatever the network computes in. Applies to [N, C]; with more axes the layer stays as it is.
 */
export function fuseDense(layer: Layer, output: 'activated' | 'logits'): void {
  const kernel = member<LayerWeight>(layer, 'kernel');
  const stock = layer.call.bind(layer);
  replaceCall(layer, (x, options) => {
    if (x.rank !== 2) return stock(x, options as never) as Tensor;
    const factors = [x as Tensor2D, kernel.val as unknown as Tensor2D] as const;
    return output === 'logits'
      ? computeIn('float32', () => addBias(layer, matMul(...factors)))
      : finish(layer, matMul(...factors));
  });
}

function finish(layer: Layer, product: Tensor): Tensor {
  return activate(layer, addBias(layer, product));
}

function addBias(layer: Layer, product: Tensor): Tensor {
  const usesBias = member<boolean>(layer, 'useBias');
  return usesBias ? biasAdd(product, member<LayerWeight>(layer, 'bias').val) : product;
}
