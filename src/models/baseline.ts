import { z } from 'zod';
import { tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import { defineModel, nameWeights } from './model.js';

/** Of 9 nothing is left behind the second pooling: 9, 7, 3, 1, 0. */
const leastSide = 10;

/**
 * The study's baseline network: two 3x3 convolutions (32 and 64 filters, valid, relu), each with 2x2 max pooling, a
 * dense layer of 64 and a softmax. 167,562 parameters on 32x32x3 images. Kernels begin Glorot-uniform, as Keras' do;
 * tfjs-layers' own default is Glorot-normal.
 */
export const baseline = defineModel({
  options: z
    .strictObject({ name: z.literal('baseline') })
    .describe('Two convolutions with max pooling, one dense layer of 64; no dropout.'),
  check(_options, { image: { height, width } }) {
    if (Math.min(height, width) >= leastSide) return;
    throw new UserError(
      `Model "baseline" needs images of ${leastSide} x ${leastSide} pixels or more, received ${height} x ${width}.`,
      { hint: 'enlarge them with the stage "resize", or list a smaller network: docs/models.md.' },
    );
  },
  listTrained: () =>
    ['conv2d/conv2d_1', 'conv2d/conv2d_2', 'dense/dense_1', 'dense/dense_2'].flatMap((layer) =>
      nameWeights(layer, ['kernel', 'bias']),
    ),
  create(_options, { image, classCount }) {
    const { layers, sequential } = tensorflow();
    const inputShape = [image.height, image.width, image.channels];
    const relu = { activation: 'relu', kernelInitializer: 'glorotUniform' } as const;
    const softmax = { activation: 'softmax', kernelInitializer: 'glorotUniform' } as const;
    return sequential({
      name: 'baseline',
      layers: [
        layers.conv2d({ inputShape, filters: 32, kernelSize: 3, ...relu }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 64, kernelSize: 3, ...relu }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 64, ...relu }),
        layers.dense({ units: classCount, ...softmax }),
      ],
    });
  },
});
