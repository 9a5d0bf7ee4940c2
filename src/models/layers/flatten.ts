import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { defineLayer, layerName } from './layer.js';

/** All numbers of an image in a row: row by row, the channels of a pixel side by side. */
export const flatten = defineLayer({
  options: z
    .strictObject({ type: z.literal('flatten'), name: layerName })
    .describe('All numbers of an image in a row.'),
  outputShape: (_options, shape) => [shape.reduce((product, size) => product * size, 1)],
  apply: (_options, x, { name }) =>
    tensorflow().layers.flatten({ name }).apply(x) as SymbolicTensor,
});
