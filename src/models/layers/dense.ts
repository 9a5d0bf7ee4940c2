import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { nameWeights } from '../model.js';
import { activationOption, nameActivation } from './activation.js';
import { describeInitializer, initialiseKernel, kernelInitializer } from './kernel-initializer.js';
import { defineLayer, LayerRefusal, layerName } from './layer.js';

/** A weighted sum of all inputs for each unit. Its bias begins at 0. */
export const dense = defineLayer({
  options: z
    .strictObject({
      type: z.literal('dense'),
      name: layerName,
      units: z.int().min(1).max(65_536).describe('Numbers that it gives.'),
      useBias: z.boolean().default(true).describe('Whether a number is added to each sum.'),
      activation: activationOption,
      kernelInitializer,
    })
    .describe('A weighted sum of all inputs for each unit.'),
  outputShape({ units }, shape) {
    if (shape.length === 1) return [units];
    throw new LayerRefusal(
      'a flat input',
      'put {"type": "flatten"} or {"type": "global-average-pooling2d"} before it.',
    );
  },
  listTrained: ({ useBias }, { name }) =>
    nameWeights(name, useBias ? ['kernel', 'bias'] : ['kernel']),
  apply(options, x, { name }) {
    const layer = tensorflow().layers.dense({
      name,
      units: options.units,
      useBias: options.useBias,
      activation: nameActivation(options.activation),
      kernelInitializer: describeInitializer(options.kernelInitializer),
    });
    const inputs = x.shape.at(-1) as number;
    initialiseKernel(layer, options.kernelInitializer, { inputs });
    return layer.apply(x) as SymbolicTensor;
  },
});
