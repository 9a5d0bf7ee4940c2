import { gelu, geluTanh } from '../differentiable/gelu.js';
import { leakyRelu } from '../differentiable/leaky-relu.js';
import { relu } from '../differentiable/relu.js';
import { silu } from '../differentiable/silu.js';
import type { Tensor } from '../tensorflow.js';
import { activationName, applyActivation, type Layer, member, replaceCall } from './layer.js';

/** Activations with kernels or gradients of their own, by tfjs-layers' names. */
const own: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  linear: (x) => x,
  relu,
  gelu,
  gelu_new: geluTanh,
  swish: silu,
};

/** Applies a layer's activation, by its own kernel where there is one. */
export function activate(layer: Layer, x: Tensor): Tensor {
  return own[activationName(layer)]?.(x) ?? applyActivation(layer, x);
}

/** Lets an Activation layer use its activation's own kernel and gradient, where there is one. */
export function fuseActivation(layer: Layer): void {
  const name = activationName(layer);
  const apply = own[name];
  if (apply && name !== 'linear') replaceCall(layer, apply);
}

/** Lets a ReLU layer without a ceiling use Relu with its own gradient. */
export function fuseRelu(layer: Layer): void {
  if ((layer.getConfig().maxValue ?? null) === null) replaceCall(layer, relu);
}

/** Lets a LeakyReLU layer use LeakyRelu with its own gradient. */
export function fuseLeakyRelu(layer: Layer): void {
  const slope = member<number>(layer, 'alpha');
  replaceCall(layer, (x) => leakyRelu(x, slope));
}
