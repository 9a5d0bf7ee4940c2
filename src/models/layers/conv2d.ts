import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { nameWeights } from '../model.js';
import { activationOption, nameActivation } from './activation.js';
import {
  convolutionInitializer,
  describeInitializer,
  initialiseKernel,
} from './kernel-initializer.js';
import { defineLayer, layerName } from './layer.js';
import { bothDirections, padding, slideWindows, windowSize } from './window.js';

/** A convolution. Its bias begins at 0. */
export const conv2d = defineLayer({
  options: z
    .strictObject({
      type: z.literal('conv2d'),
      name: layerName,
      filters: z.int().min(1).max(65_536).describe('Channels that it gives.'),
      kernelSize: windowSize.describe('Height and width of the kernel.'),
      strides: windowSize.default(1).describe('Pixels from one place of the kernel to the next.'),
      padding,
      useBias: z.boolean().default(true).describe('Whether a number is added to each channel.'),
      activation: activationOption,
      kernelInitializer: convolutionInitializer,
    })
    .describe('A convolution over images.'),
  outputShape({ filters, kernelSize, ...options }, shape) {
    const { height, width } = slideWindows(shape, { size: kernelSize, ...options });
    return [height, width, filters];
  },
  listTrained: ({ useBias }, { name }) =>
    nameWeights(name, useBias ? ['kernel', 'bias'] : ['kernel']),
  apply(options, x, { name }) {
    const [rows, columns] = bothDirections(options.kernelSize);
    const layer = tensorflow().layers.conv2d({
      name,
      filters: options.filters,
      kernelSize: [rows, columns],
      strides: bothDirections(options.strides),
      padding: options.padding,
      useBias: options.useBias,
      activation: nameActivation(options.activation),
      kernelInitializer: describeInitializer(options.kernelInitializer),
    });
    const inputs = rows * columns * (x.shape.at(-1) as number);
    initialiseKernel(layer, options.kernelInitializer, { inputs });
    return layer.apply(x) as SymbolicTensor;
  },
});
