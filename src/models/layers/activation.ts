import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { defineLayer, layerName } from './layer.js';

/** Activations by the names that TensorFlow.js has for them; saved, it does not find "gelu_new" again (4.22). */
const activations = { relu: 'relu', gelu: 'gelu', 'gelu-tanh': 'gelu_new', silu: 'swish' } as const;

const names = Object.keys(activations) as (keyof typeof activations)[];

/** The option of layers with weights. */
export const activationOption = z
  .enum(['linear', ...names])
  .default('linear')
  .describe('What becomes of each number that the layer gives; "linear": nothing.');

/** Returns TensorFlow.js' name of an activation. */
export function nameActivation(name: z.output<typeof activationOption>): 'relu' {
  // Its types know fewer names than it has.
  return (name === 'linear' ? 'linear' : activations[name]) as 'relu';
}

/** Keras' default; torch has 0.01. */
const defaultSlope = 0.3;

/** Applies a function to each number. "gelu" is exact (erf), "gelu-tanh" its usual approximation. */
export const activation = defineLayer({
  options: z
    .strictObject({
      type: z.literal('activation'),
      name: layerName,
      activation: z.enum([...names, 'leaky-relu']).describe('The function.'),
      slope: z
        .number()
        .min(0)
        .lt(1)
        .exactOptional()
        .describe(`Of "leaky-relu" below 0. Default: ${defaultSlope}, as in Keras.`),
    })
    .refine((given) => given.slope === undefined || given.activation === 'leaky-relu', {
      path: ['slope'],
      error: 'is for "leaky-relu" only',
    })
    .describe('Applies a function to each number: relu, gelu, silu or leaky-relu.'),
  outputShape: (_options, shape) => shape,
  apply({ activation: chosen, slope = defaultSlope }, x, { name }) {
    const { layers } = tensorflow();
    const layer =
      chosen === 'leaky-relu'
        ? layers.leakyReLU({ name, alpha: slope })
        : layers.activation({ name, activation: nameActivation(chosen) });
    return layer.apply(x) as SymbolicTensor;
  },
});
