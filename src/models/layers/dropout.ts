import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { defineLayer, layerName } from './layer.js';

/** Sets numbers to 0 in training, others in each step, and scales the rest up. */
export const dropout = defineLayer({
  options: z
    .strictObject({
      type: z.literal('dropout'),
      name: layerName,
      rate: z.number().min(0).lt(1).describe('Share of the numbers that become 0.'),
    })
    .describe('Sets a share of the numbers to 0, in training only.'),
  outputShape: (_options, shape) => shape,
  apply: ({ rate }, x, { name }) =>
    tensorflow().layers.dropout({ name, rate }).apply(x) as SymbolicTensor,
});
