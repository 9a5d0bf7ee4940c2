import { readFileSync } from 'node:fs';
import { fuseModel } from '../../src/graph/fused-layers/fuse.js';
import { variableOf } from '../../src/graph/fused-layers/layer.js';
import { createRandomSource } from '../../src/graph/random.js';
import { type LayersModel, type Tensor, tensorflow } from '../../src/graph/tensorflow.js';
import { layers } from '../../src/models/layers.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { mulberry32 } from '../mulberry32.js';

const folder = new URL('../golden/recipe/', import.meta.url);

/** Reads a case that torch 2.13 made; tensors are flat, in C order. */
export function readRecipe<Case>(name: string): Case {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Case;
}

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The recipe's constants: mean and deviation of CIFAR-10's channels, for values from 0 to 1. */
const mean = [0.4914, 0.4822, 0.4465].map(Math.fround);
const std = [0.247, 0.2435, 0.2616].map(Math.fround);

/** Takes records of the first training file and normalises them as torch does, in float32. Shape: NHWC, flat. */
export function normalisedImages(
  { images }: LabelledBytes,
  { first, count }: { readonly first: number; readonly count: number },
): Float32Array {
  return Float32Array.from(images.slice(first * 3072, (first + count) * 3072), (value, index) =>
    Math.fround(
      Math.fround(Math.fround(value / 255) - (mean[index % 3] as number)) /
        (std[index % 3] as number),
    ),
  );
}

/** Moves a kernel's axes from [out, in, height, width] to [height, width, in, out]. */
export function fromOihw({ shape, values }: GoldenTensor): Tensor {
  const tf = tensorflow();
  return tf.tidy(() => tf.tensor([...values], [...shape]).transpose([2, 3, 1, 0]));
}

/** Draws a convolution's kernel as the golden files do: uniform, the first filters the identity. */
export function drawGoldenKernel(seed: number, cin: number, cout: number): GoldenTensor {
  const next = mulberry32(seed);
  const limit = 1 / Math.sqrt(9 * cin);
  const values = Array.from({ length: cout * cin * 9 }, () =>
    Math.fround(-limit + 2 * limit * next()),
  );
  for (let filter = 0; filter < Math.min(cin, cout); filter++) {
    values.fill(0, filter * cin * 9, (filter + 1) * cin * 9);
    values[filter * cin * 9 + filter * 9 + 4] = 1;
  }
  return { shape: [cout, cin, 3, 3], values };
}

const normalization = {
  type: 'batch-normalization',
  momentum: 0.6,
  epsilon: 1e-12,
  scale: false,
  movingVariance: 'unbiased',
};
const gelu = { type: 'activation', activation: 'gelu' };

/** A group of airbench94, as an experiment file lists it. */
export function groupOf(filters: number): object[] {
  const convolution = {
    type: 'conv2d',
    filters,
    kernelSize: 3,
    padding: 'same',
    useBias: false,
    kernelInitializer: 'dirac',
  };
  return [
    convolution,
    { type: 'max-pooling2d' },
    normalization,
    gelu,
    convolution,
    normalization,
    gelu,
  ];
}

/** The network of KellerJordan/cifar10-airbench (MIT), airbench94.py, as an experiment file lists it. */
export function airbenchLayers(widths = [64, 256, 256]): object[] {
  return [
    { type: 'whitening' },
    gelu,
    ...widths.flatMap(groupOf),
    { type: 'max-pooling2d', poolSize: 3 },
    { type: 'flatten' },
    { type: 'dense', units: 10, useBias: false, kernelInitializer: 'torch' },
    { type: 'scale', factor: 1 / 9 },
  ];
}

/** Builds what an experiment file lists. */
export function createListed(
  listed: readonly object[],
  image: { readonly height: number; readonly width: number; readonly channels: number },
): LayersModel {
  const options = layers.options.parse({ name: 'layers', layers: listed });
  return layers.create(options, { image, classCount: 10 });
}

/** Lets a model compute with its fused layers and gives its logits. */
export function fuseForTest(model: LayersModel): (images: Tensor, training: boolean) => Tensor {
  return fuseModel(model, (layer) =>
    createRandomSource({ seed: 0, stream: `${layer}`, step: tensorflow().scalar(0, 'int32') }),
  );
}

/** Sets the weights of a kind, in the model's order, such as all kernels. */
export function setWeights(model: LayersModel, part: string, values: readonly Tensor[]): void {
  weightsNamed(model, part).forEach((variable, index) => {
    variable.assign(values[index] as Tensor);
  });
}

/** Returns the variables of all weights of a kind, layer by layer. */
export function weightsNamed(model: LayersModel, part: string) {
  return model.layers
    .flatMap((layer) => layer.weights)
    .filter(({ originalName }) => originalName.endsWith(`/${part}`))
    .map(variableOf);
}
