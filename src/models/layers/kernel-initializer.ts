import { z } from 'zod';
import type { Layer } from '../../graph/fused-layers/layer.js';
import { type Tensor, tensorflow } from '../../graph/tensorflow.js';
import { drawOrthogonal, initialiseBy, type WeightToFill } from '../initial-weights.js';

/** Initialisers that TensorFlow.js has a description of, by its names. */
const described = {
  'glorot-uniform': 'glorotUniform',
  'glorot-normal': 'glorotNormal',
  'he-uniform': 'heUniform',
  'he-normal': 'heNormal',
  zeros: 'zeros',
} as const;

type Described = keyof typeof described;

const meanings =
  '"torch": what torch starts with, uniform up to 1 / sqrt(inputs of a unit) either way. "unit-deviation": the same, scaled to a standard deviation of 1. "orthogonal": rows or columns of length 1, at right angles.';

/** The option of layers whose kernel joins every input to every output. */
export const kernelInitializer = z
  .enum([...(Object.keys(described) as Described[]), 'torch', 'unit-deviation', 'orthogonal'])
  .default('glorot-uniform')
  .describe(`What the kernel begins as. ${meanings}`);

/** The option of convolutions, which can also begin as the identity. */
export const convolutionInitializer = z
  .enum([...kernelInitializer.unwrap().options, 'dirac'])
  .default('glorot-uniform')
  .describe(
    `What the kernel begins as. ${meanings} "dirac": the first filters hand on one channel each, as it is; the others are as with "torch".`,
  );

type Initializer = z.output<typeof convolutionInitializer>;

/** Returns what TensorFlow.js is told of an initialiser: for those that it lacks, another that it can save. */
export function describeInitializer(name: Initializer): (typeof described)[Described] {
  return name in described ? described[name as Described] : 'glorotUniform';
}

/**
 * Lets a kernel begin as its option says, where TensorFlow.js has no description of that.
 * @param inputs how many numbers one unit takes in.
 */
export function initialiseKernel(
  layer: Layer,
  name: Initializer,
  { weight = 'kernel', inputs }: { readonly weight?: string; readonly inputs: number },
): void {
  if (name === 'torch') initialiseBy(layer, weight, (kernel) => drawLikeTorch(kernel, inputs));
  if (name === 'unit-deviation') initialiseBy(layer, weight, drawUnitDeviation);
  if (name === 'orthogonal') initialiseBy(layer, weight, drawOrthogonal);
  if (name === 'dirac') initialiseBy(layer, weight, (kernel) => drawDirac(kernel, inputs));
}

/** Source: torch's Conv2d and Linear, kaiming_uniform_ with a = sqrt(5). */
function drawLikeTorch({ shape, random }: WeightToFill, inputs: number): Tensor {
  const limit = 1 / Math.sqrt(inputs);
  return random.uniform('uniform', { shape, low: -limit, high: limit });
}

/** Formula: u / s, u uniform about 0, s the deviation of the numbers drawn (n - 1). Source: the head of airbench94_muon.py. */
function drawUnitDeviation({ shape, random }: WeightToFill): Tensor {
  const drawn = random.uniform('uniform', { shape, low: -1, high: 1 });
  const { variance } = tensorflow().moments(drawn);
  return drawn.div(variance.mul(drawn.size / (drawn.size - 1)).sqrt());
}

/**
 * Shape: [H, W, C, F]. The first min(C, F) filters hand on the channel of their own number from the window's middle.
 * Source: torch's dirac_ on the first C filters, as in KellerJordan/cifar10-airbench.
 */
export function drawDirac(kernel: WeightToFill, inputs: number): Tensor {
  const [height, width, channels, filters] = kernel.shape as [number, number, number, number];
  const drawn = drawLikeTorch(kernel, inputs);
  const values = drawn.dataSync<'float32'>().slice();
  const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
  for (let index = 0; index < values.length; index++) {
    const filter = index % filters;
    if (filter >= channels) continue;
    const tap = Math.floor(index / filters);
    values[index] = tap === middle * channels + filter ? 1 : 0;
  }
  return tensorflow().tensor(values, [...kernel.shape]);
}
