import { z } from 'zod';
import { keepUnbiasedVariance } from '../../graph/fused-layers/batch-normalization.js';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { nameWeights } from '../model.js';
import { defineLayer, layerName } from './layer.js';

/** Batch normalisation of each channel, with Keras' defaults. */
export const batchNormalization = defineLayer({
  options: z
    .strictObject({
      type: z.literal('batch-normalization'),
      name: layerName,
      momentum: z
        .number()
        .min(0)
        .lt(1)
        .default(0.99)
        .describe('Share of the moving averages that a step keeps; torch counts the other share.'),
      epsilon: z
        .number()
        .gt(0)
        .max(1)
        .default(1e-3)
        .describe('Added to the variance before its root is taken.'),
      scale: z.boolean().default(true).describe('Whether each channel has a trained factor.'),
      center: z.boolean().default(true).describe('Whether each channel has a trained offset.'),
      movingVariance: z
        .enum(['population', 'unbiased'])
        .default('population')
        .describe(
          'What the moving average takes in: divided by n, as in Keras, or by n - 1, as in torch.',
        ),
    })
    .describe('Batch normalisation of each channel.'),
  outputShape: (_options, shape) => shape,
  listTrained: ({ scale, center }, { name }) =>
    nameWeights(name, [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : [])]),
  apply({ momentum, epsilon, scale, center, movingVariance }, x, { name }) {
    const layer = tensorflow().layers.batchNormalization({
      name,
      momentum,
      epsilon,
      scale,
      center,
    });
    if (movingVariance === 'unbiased') keepUnbiasedVariance(layer);
    return layer.apply(x) as SymbolicTensor;
  },
});
