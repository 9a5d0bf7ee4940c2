import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { defineLayer, layerName } from './layer.js';

/** Multiplies all numbers by one that is not trained. */
export const scale = defineLayer({
  options: z
    .strictObject({
      type: z.literal('scale'),
      name: layerName,
      factor: z.number().describe('What each number is multiplied by.'),
    })
    .describe('Multiplies all numbers by one that is not trained.'),
  outputShape: (_options, shape) => shape,
  apply: ({ factor }, x, { name }) =>
    tensorflow().layers.rescaling({ name, scale: factor, offset: 0 }).apply(x) as SymbolicTensor,
});
