import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { defineLayer, layerName, requireImages, type Shape } from './layer.js';
import { bothDirections, padding, slideWindows, windowSize } from './window.js';

const windows = {
  name: layerName,
  poolSize: windowSize.default(2).describe('Height and width of the windows.'),
  strides: windowSize
    .exactOptional()
    .describe('Pixels from one window to the next. Default: as many as the windows are large.'),
  padding,
};

type Windows = z.output<z.ZodObject<typeof windows>>;

/** The highest number of each window. */
export const maxPooling2d = defineLayer({
  options: z
    .strictObject({ type: z.literal('max-pooling2d'), ...windows })
    .describe('The highest number of each window.'),
  outputShape: poolShape,
  apply: (options, x, { name }) =>
    tensorflow()
      .layers.maxPooling2d({ name, ...poolArguments(options) })
      .apply(x) as SymbolicTensor,
});

/** The mean of each window; what is padded does not count. */
export const averagePooling2d = defineLayer({
  options: z
    .strictObject({ type: z.literal('average-pooling2d'), ...windows })
    .describe('The mean of each window; padding does not count.'),
  outputShape: poolShape,
  apply: (options, x, { name }) =>
    tensorflow()
      .layers.averagePooling2d({ name, ...poolArguments(options) })
      .apply(x) as SymbolicTensor,
});

/** The mean of each channel. */
export const globalAveragePooling2d = defineLayer({
  options: z
    .strictObject({ type: z.literal('global-average-pooling2d'), name: layerName })
    .describe('The mean of each channel: images become flat numbers.'),
  outputShape: (_options, shape) => [requireImages(shape)[2]],
  apply: (_options, x, { name }) =>
    tensorflow()
      .layers.globalAveragePooling2d({ name, dataFormat: 'channelsLast' })
      .apply(x) as SymbolicTensor,
});

function poolShape({ poolSize, strides = poolSize, padding: kind }: Windows, shape: Shape): Shape {
  const { height, width, channels } = slideWindows(shape, {
    size: poolSize,
    strides,
    padding: kind,
  });
  return [height, width, channels];
}

function poolArguments({ poolSize, strides = poolSize, padding: kind }: Windows) {
  return {
    poolSize: bothDirections(poolSize),
    strides: bothDirections(strides),
    padding: kind,
  };
}
