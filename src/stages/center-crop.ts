import { z } from 'zod';
import { tensorflow } from '../graph/tensorflow.js';
import { resizeImages } from '../graph/transform-images.js';
import { callPython } from '../text/python.js';
import { cropMiddle, cropToAspectRatio, sizeOption, withSize } from './aspect-ratio.js';
import { defineStage } from './stage.js';

/**
 * Keeps the middle of the images.
 * Formula: starts at floor((input - output) / 2) in both directions.
 * Source: Keras' CenterCrop. Where the crop is higher or wider than the image, the largest window of the crop's
 * proportions is resized to it, bilinearly.
 */
export const centerCrop = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('center-crop'),
      height: sizeOption.describe('Height of the crop, in pixels.'),
      width: sizeOption.describe('Width of the crop, in pixels.'),
    })
    .describe('Keeps the middle of the images.')
    .meta({
      examples: [{ name: 'center-crop', height: 28, width: 28 }],
      alsoCalled: ['central-crop', 'resize-with-crop-or-pad'],
    }),
  create: (size) => ({
    when: 'always',
    formula: `the middle ${size.height} x ${size.width} pixels`,
    gives: (range) => range,
    outputShape: (image) => withSize(image, size),
    apply(images) {
      const [, height, width] = images.shape;
      if (size.height <= height && size.width <= width) return cropMiddle(images, size);
      return tensorflow().tidy(() =>
        resizeImages(cropToAspectRatio(images, size), size, {
          interpolation: 'bilinear',
          antialias: false,
        }),
      );
    },
    // torchvision rounds where an odd pixel is left, and pads images that are too small.
    inPython: { keras: () => [callPython('layers.CenterCrop', [size.height, size.width])] },
  }),
});
