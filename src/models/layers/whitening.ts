import { z } from 'zod';
import { freezeWeight } from '../../graph/fused-layers/layer.js';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { initialiseBy } from '../initial-weights.js';
import { nameWeights } from '../model.js';
import { defineLayer, layerName } from './layer.js';
import { fitWhitening } from './patch-whitening.js';
import { slideWindows } from './window.js';

/**
 * A convolution whose kernel whitens patches of the training images and is not trained; its bias is. For each principal
 * direction of the patches there are two filters, one the negative of the other: positive ones first.
 * Source: KellerJordan/cifar10-airbench (MIT), after tysam-code/hlb-CIFAR10.
 */
export const whitening = defineLayer({
  options: z
    .strictObject({
      type: z.literal('whitening'),
      name: layerName,
      kernelSize: z.int().min(1).max(4).default(2).describe('Height and width of the patches.'),
      images: z
        .int()
        .min(1)
        .max(50_000)
        .default(5000)
        .describe(
          'How many of the first training images it learns from; fewer if there are fewer.',
        ),
      epsilon: z
        .number()
        .gt(0)
        .max(1)
        .default(5e-4)
        .describe('Added to each variance before its root is taken.'),
      useBias: z
        .boolean()
        .default(true)
        .describe('Whether a trained number is added to each channel.'),
    })
    .describe(
      'A frozen convolution that whitens patches of the training images; the first layer only.',
    ),
  outputShape({ kernelSize }, shape) {
    const windows = { size: kernelSize, strides: 1, padding: 'valid' } as const;
    const { height, width, channels } = slideWindows(shape, windows);
    return [height, width, 2 * kernelSize ** 2 * channels];
  },
  listTrained: ({ useBias }, { name }) => nameWeights(name, useBias ? ['bias'] : []),
  fit: ({ kernelSize, images: count, epsilon }, images) =>
    fitWhitening(images, { kernelSize, count, epsilon }),
  apply({ kernelSize, useBias }, x, { name, fitted }) {
    const layer = tensorflow().layers.conv2d({
      name,
      filters: 2 * kernelSize ** 2 * (x.shape.at(-1) as number),
      kernelSize,
      useBias,
      kernelInitializer: 'zeros',
    });
    const output = layer.apply(x) as SymbolicTensor;
    freezeWeight(layer, 'kernel');
    if (fitted?.kernel) {
      const { kernel } = fitted;
      initialiseBy(layer, 'kernel', ({ shape }) => tensorflow().tensor([...kernel], [...shape]));
    }
    return output;
  },
});
