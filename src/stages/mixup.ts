import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import {
  alphaOption,
  blend,
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
 * Mixes each image with another of its batch, and its label as much.
 * Formula: lambda x + (1 - lambda) p, lambda drawn from Beta(alpha, alpha), p the partner; labels likewise.
 * Source: Zhang et al. 2018, "mixup"; torchvision's MixUp, timm's Mixup, Keras' MixUp. timm refuses odd batches; here the
 * image in the middle of one is its own partner.
 */
export const mixup = defineStage({
  options: z
    .strictObject({
      name: z.literal('mixup'),
      alpha: alphaOption.describe(
        'Lambda comes from Beta(alpha, alpha): 1 is uniform; far below 1, most images are hardly mixed. Default: 0.2 for ' +
          '"keras", else 1.',
      ),
      ...mixingOptions,
    })
    .describe('Mixes each training image, and its label, with another image of the batch.')
    .meta({
      examples: [
        { name: 'mixup' },
        { name: 'mixup', dialect: 'keras' },
        { name: 'mixup', dialect: 'timm', alpha: 0.2 },
      ],
    }),
  create({ alpha: chosen, ...options }) {
    const mixing = resolveMixing(options);
    const alpha = resolveMixupAlpha(chosen, mixing);
    const mix = <Values extends Tensor>(values: Values, draw: Draw): Values =>
      tensorflow().tidy(() =>
        blend(values, takePartners(values, mixing, draw), drawn(draw, 'lambda')),
      );
    return {
      when: 'train',
      formula: `l * x + (1 - l) * p, labels too, l from Beta(${alpha}, ${alpha}), ${describeMixing(mixing)}`,
      gives: (range) => range,
      draw: (random, count) => ({
        lambda: drawLambda(random, 'lambda', { shape: lambdaShape(mixing, count), alpha }),
        ...drawPartner(mixing, random, count),
      }),
      apply: (images, { draw }) => mix(images, draw),
      applyToLabels: (labels, { draw }) => mix(labels, draw),
    };
  },
});
