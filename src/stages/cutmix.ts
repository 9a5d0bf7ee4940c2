import { z } from 'zod';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';
import { boxOf, drawBox, isInSpan } from './cut-box.js';
import {
  alphaOption,
  blend,
  describeCutmixLambda,
  describeMixing,
  drawPartner,
  mixingOptions,
  resolveMixing,
  takePartners,
} from './mixing.js';
import { type Draw, defineStage, drawn, type ImageShape } from './stage.js';

/**
 * Puts a box of another image of the batch into each image, and mixes the labels by the box' area.
 * Formula: sides of sqrt(1 - lambda) of the image's, lambda drawn from Beta(alpha, alpha); the label keeps 1 - the share of
 * the image that the box covers, after the border has cut it off.
 * Source: Yun et al. 2019, "CutMix", and their code; torchvision's CutMix, timm's Mixup, Keras' CutMix. The paper's code
 * swaps height and width, which square images do not show; here they are not. Of Keras, alpha is one of 32 that stand
 * for all between 0 and the one given.
 */
export const cutmix = defineStage({
  options: z
    .strictObject({
      name: z.literal('cutmix'),
      alpha: alphaOption.describe(
        'Lambda, the share of the image that is kept, comes from Beta(alpha, alpha); for "keras" from an alpha drawn ' +
          'from 0 to this for each batch. Default: 1.',
      ),
      ...mixingOptions,
    })
    .describe(
      'Puts a box of another image of the batch into each training image, and mixes the labels.',
    )
    .meta({
      examples: [
        { name: 'cutmix' },
        { name: 'cutmix', dialect: 'timm', lambda: 'image' },
        { name: 'cutmix', dialect: 'keras' },
        { name: 'cutmix', dialect: 'paper' },
      ],
    }),
  create({ alpha = 1, ...options }) {
    const mixing = resolveMixing(options);
    const { dialect } = mixing;
    const findBox = (draw: Draw, shape: ImageShape) =>
      boxOf(draw, { lambda: drawn(draw, 'lambda'), dialect }, shape);
    return {
      when: 'train',
      formula: `a box of sqrt(1 - l) of each side shows p, the label keeps what the box leaves, l from ${describeCutmixLambda(alpha, mixing)}, ${describeMixing(mixing)}`,
      gives: (range) => range,
      draw: (random, count) => ({
        ...drawBox(mixing, random, { count, alpha, name: 'lambda' }),
        ...drawPartner(mixing, random, count),
      }),
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          const [count, height, width, channels] = images.shape;
          const { rows, columns } = findBox(draw, { height, width, channels });
          // A line of values instead of pixels: flags for each value, without spreading them over an axis of three.
          const isCut = isInSpan(rows, height)
            .expandDims(2)
            .logicalAnd(isInSpan(columns, width, channels).expandDims(1));
          const flags = isCut.shape[0] === count ? isCut : isCut.tile([count, 1, 1]);
          const lines = (of: Tensor) => of.reshape([count, height, width * channels]);
          const others = takePartners(images, mixing, draw);
          return selectImages(flags, lines(others), lines(images)).reshape(
            images.shape,
          ) as Tensor4D;
        }),
      applyToLabels: (labels, { draw, imageShape }) =>
        tensorflow().tidy(() =>
          blend(labels, takePartners(labels, mixing, draw), findBox(draw, imageShape).kept),
        ),
    };
  },
});
