import { z } from 'zod';
import { activation } from './activation.js';
import { batchNormalization } from './batch-normalization.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { dropout } from './dropout.js';
import { flatten } from './flatten.js';
import type { LayerDefinition, LayerOptions, LayerOptionsSchema } from './layer.js';
import { averagePooling2d, globalAveragePooling2d, maxPooling2d } from './pooling.js';
import { createResidual } from './residual.js';
import { scale } from './scale.js';
import { whitening } from './whitening.js';

/** All kinds of layers. Adding one means one file and one entry here. */
export const layerDefinitions: readonly LayerDefinition[] = [
  conv2d,
  depthwiseConv2d,
  dense,
  batchNormalization,
  maxPooling2d,
  averagePooling2d,
  globalAveragePooling2d,
  flatten,
  dropout,
  activation,
  scale,
  createResidual(() => layerSchema),
  whitening,
];

/** The schema of one layer, told apart by its type. */
export const layerSchema: z.ZodType<LayerOptions> = z
  .discriminatedUnion(
    'type',
    layerDefinitions.map(({ options }) => options) as [LayerOptionsSchema, ...LayerOptionsSchema[]],
  )
  .meta({ id: 'layer' }) as unknown as z.ZodType<LayerOptions>;
