import { z } from 'zod';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';
import { boxOf, drawBox, isInSpan } from './cut-box.js';
import {
  alphaOption,
  blend,
  describeCutmixLambda,
  describeMixing,
  drawLambda,
  drawPartner,
  lambdaShape,
  mixingOptions,
  resolveMixing,
  resolveMixupAlpha,
  takePartners,
} from './mixing.js';
import { type Draw, defineStage, drawn } from './stage.js';

/**
 * Mixes images by mixup or by cutmix, one of the two by chance: for the batch, or for each image where each has its lambda.
 * Formula: cutmix where choice < cutmixShare, `choice` drawn from [0, 1); partner and dialect are those of both.
 * Source: timm's Mixup with both alphas (switch_prob 0.5); torchvision's RandomChoice([CutMix(), MixUp()]).
 */
export const mixupOrCutmix = defineStage({
  options: z
    .strictObject({
      name: z.literal('mixup-or-cutmix'),
      mixupAlpha: alphaOption.describe('The alpha of mixup. Default: 0.2 for "keras", else 1.'),
      cutmixAlpha: alphaOption.describe('The alpha of cutmix. Default: 1.'),
      cutmixShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .describe('The probability of cutmix; what is left is that of mixup.'),
      ...mixingOptions,
    })
    .describe(
      'Mixes training images and their labels by mixup or by cutmix, one of them by chance.',
    )
    .meta({
      examples: [
        { name: 'mixup-or-cutmix' },
        { name: 'mixup-or-cutmix', dialect: 'timm', mixupAlpha: 0.8, lambda: 'image' },
      ],
    }),
  create({ mixupAlpha, cutmixAlpha = 1, cutmixShare, ...options }) {
    const mixing = resolveMixing(options);
    const { dialect } = mixing;
    const alpha = resolveMixupAlpha(mixupAlpha, mixing);
    const isCut = (draw: Draw) => drawn(draw, 'choice').less(cutmixShare);
    const ofCutmix = (draw: Draw) => ({ lambda: drawn(draw, 'cutmixLambda'), dialect });
    return {
      when: 'train',
      formula: `cutmix (${describeCutmixLambda(cutmixAlpha, mixing)}) with a probability of ${cutmixShare}, else mixup (Beta(${alpha}, ${alpha})), ${describeMixing(mixing)}`,
      gives: (range) => range,
      draw(random, count) {
        const shape = lambdaShape(mixing, count);
        return {
          choice: random.uniform('choice', { shape, low: 0, high: 1 }),
          mixupLambda: drawLambda(random, 'mixupLambda', { shape, alpha }),
          ...drawBox(mixing, random, { count, alpha: cutmixAlpha, name: 'cutmixLambda' }),
          ...drawPartner(mixing, random, count),
        };
      },
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          const [count, height, width, channels] = images.shape;
          const { rows, columns } = boxOf(draw, ofCutmix(draw), { height, width, channels });
          const cuts = isCut(draw);
          const share = tensorflow().scalar(1).sub(drawn(draw, 'mixupLambda')).reshape([-1, 1]);
          // Both are a share of the other image: in mixup the same for all values, in cutmix 1 in the box and 0 outside.
          const pick = (inBox: Tensor, else_: Tensor) =>
            selectImages(cuts, inBox.cast('float32'), else_);
          const inRows = isInSpan(rows, height);
          const inColumns = isInSpan(columns, width, channels);
          const all = tensorflow().ones(inRows.shape);
          const weight = pick(inRows, all)
            .expandDims(2)
            .mul(pick(inColumns, share.tile([1, width * channels])).expandDims(1));
          const lines = (of: Tensor) => of.reshape([count, height, width * channels]);
          const others = lines(takePartners(images, mixing, draw));
          const kept = lines(images).mul(tensorflow().scalar(1).sub(weight));
          return kept.add(others.mul(weight)).reshape(images.shape) as Tensor4D;
        }),
      applyToLabels: (labels, { draw, imageShape }) =>
        tensorflow().tidy(() => {
          const { kept } = boxOf(draw, ofCutmix(draw), imageShape);
          const share = selectImages(isCut(draw), kept, drawn(draw, 'mixupLambda'));
          return blend(labels, takePartners(labels, mixing, draw), share);
        }),
    };
  },
});
