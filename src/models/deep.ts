import { z } from 'zod';
import { tensorflow } from '../graph/tensorflow.js';
import { defineModel, nameWeights } from './model.js';

const kernelInitializer = 'glorotUniform';
const dropoutRate = z.number().min(0).lt(1);

/** Convolution blocks of the deep network: how many layers of how many filters before each pooling. */
const blocks = [
  { convolutions: 2, filters: 64 },
  { convolutions: 2, filters: 128 },
  { convolutions: 1, filters: 256 },
] as const;

/**
 * The study's deep network: five 3x3 convolutions (64, 64, 128, 128, 256 filters, same, relu), each followed by batch
 * normalisation (after the relu, momentum 0.99, epsilon 1e-3), 2x2 max pooling and dropout after 2, 4 and 5, a dense
 * layer of 256 with batch normalisation and dropout, and a softmax. Kernels begin Glorot-uniform, as Keras' do;
 * tfjs-layers' own default is Glorot-normal.
 */
export const deep = defineModel({
  options: z
    .strictObject({
      name: z.literal('deep'),
      dropoutRates: z
        .tuple([dropoutRate, dropoutRate, dropoutRate, dropoutRate])
        .default([0.2, 0.3, 0.4, 0.5])
        .describe(
          'Dropout after each of the three poolings and after the dense layer; 0 turns one off.',
        ),
    })
    .describe(
      'Five convolutions with batch normalisation, max pooling and dropout, one dense layer of 256.',
    ),
  listTrained: () => [
    ...[1, 2, 3, 4, 5].flatMap((at) => nameWeights(`conv2d/conv2d_${at}`, ['kernel', 'bias'])),
    ...[1, 2].flatMap((at) => nameWeights(`dense/dense_${at}`, ['kernel', 'bias'])),
    ...[1, 2, 3, 4, 5, 6].flatMap((at) =>
      nameWeights(`batch-normalization/batchnormalization_${at}`, ['gamma', 'beta']),
    ),
  ],
  create({ dropoutRates }, { image, classCount }) {
    const { layers, sequential } = tensorflow();
    const model = sequential({ name: 'deep' });
    const normalise = () => layers.batchNormalization({ momentum: 0.99, epsilon: 1e-3 });
    const convolve = (filters: number) => {
      const inputShape = [image.height, image.width, image.channels];
      const first = model.layers.length === 0 ? { inputShape } : {};
      return layers.conv2d({
        ...first,
        filters,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        kernelInitializer,
      });
    };
    blocks.forEach(({ convolutions, filters }, index) => {
      for (let i = 0; i < convolutions; i++) {
        model.add(convolve(filters));
        model.add(normalise());
      }
      model.add(layers.maxPooling2d({ poolSize: 2 }));
      model.add(layers.dropout({ rate: dropoutRates[index] as number }));
    });
    model.add(layers.flatten());
    model.add(layers.dense({ units: 256, activation: 'relu', kernelInitializer }));
    model.add(normalise());
    model.add(layers.dropout({ rate: dropoutRates[3] }));
    model.add(layers.dense({ units: classCount, activation: 'softmax', kernelInitializer }));
    return model;
  },
});
