import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { nameWeights } from '../model.js';
import { activationOption, nameActivation } from './activation.js';
import { describeInitializer, initialiseKernel, kernelInitializer } from './kernel-initializer.js';
import { defineLayer, layerName } from './layer.js';
import { bothDirections, padding, slideWindows, windowSize } from './window.js';

/** A convolution of each channel by itself. Its bias begins at 0. */
export const depthwiseConv2d = defineLayer({
  options: z
    .strictObject({
      type: z.literal('depthwise-conv2d'),
      name: layerName,
      kernelSize: windowSize.describe('Height and width of the kernel.'),
      // TensorFlow's kernels take one stride for both directions.
      strides: z
        .int()
        .min(1)
        .max(1024)
        .default(1)
        .describe('Pixels from one place of the kernel to the next, in both directions.'),
      padding,
      depthMultiplier: z.int().min(1).max(1024).default(1).describe('Channels that each becomes.'),
      useBias: z.boolean().default(true).describe('Whether a number is added to each channel.'),
      activation: activationOption,
      kernelInitializer,
    })
    .describe('A convolution of each channel by itself.'),
  outputShape({ kernelSize, depthMultiplier, ...options }, shape) {
    const { height, width, channels } = slideWindows(shape, { size: kernelSize, ...options });
    return [height, width, channels * depthMultiplier];
  },
  listTrained: ({ useBias }, { name }) =>
    nameWeights(name, useBias ? ['depthwise_kernel', 'bias'] : ['depthwise_kernel']),
  apply(options, x, { name }) {
    const [rows, columns] = bothDirections(options.kernelSize);
    const layer = tensorflow().layers.depthwiseConv2d({
      name,
      kernelSize: [rows, columns],
      strides: options.strides,
      padding: options.padding,
      depthMultiplier: options.depthMultiplier,
      useBias: options.useBias,
      activation: nameActivation(options.activation),
      depthwiseInitializer: describeInitializer(options.kernelInitializer),
    });
    initialiseKernel(layer, options.kernelInitializer, {
      weight: 'depthwise_kernel',
      inputs: rows * columns,
    });
    return layer.apply(x) as SymbolicTensor;
  },
});
