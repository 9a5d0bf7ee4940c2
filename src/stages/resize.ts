import { z } from 'zod';
import { tensorflow } from '../graph/tensorflow.js';
import { resizeImages } from '../graph/transform-images.js';
import { callPython } from '../text/python.js';
import { cropToAspectRatio, padToAspectRatio, sizeOption, withSize } from './aspect-ratio.js';
import { defineStage } from './stage.js';
import { includeInRange } from './value-range.js';

/**
 * Resizes the images to a height and width.
 * Formula: p = (i + 0.5) input / output - 0.5, neighbours clamped to the image; "nearest" takes floor(p + 0.5).
 * Source: Keras' Resizing: half-pixel centres, no antialiasing, so strong shrinking skips pixels.
 */
export const resize = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('resize'),
      height: sizeOption.describe('Height of the resized images, in pixels.'),
      width: sizeOption.describe('Width of the resized images, in pixels.'),
      interpolation: z
        .enum(['bilinear', 'nearest'])
        .default('bilinear')
        .describe('How values between pixels are read.'),
      cropToAspectRatio: z
        .boolean()
        .default(false)
        .describe('First crop the images about their centre to the new proportions.'),
      padToAspectRatio: z
        .boolean()
        .default(false)
        .describe('First pad the images with fillValue to the new proportions.'),
      fillValue: z.number().default(0).describe('The value of the padding.'),
    })
    .refine((options) => !(options.cropToAspectRatio && options.padToAspectRatio), {
      error: 'must not be set together with cropToAspectRatio',
      path: ['padToAspectRatio'],
    })
    .describe('Resizes the images.')
    .meta({
      examples: [
        { name: 'resize', height: 32, width: 32 },
        { name: 'resize', height: 32, width: 48, padToAspectRatio: true },
      ],
      alsoCalled: [
        'resizing',
        'upscale',
        'downscale',
        'interpolate',
        'RandomResize',
        'SmallestMaxSize',
        'LongestMaxSize',
      ],
    }),
  create: (options) => ({
    when: 'always',
    formula: `pixel i of n reads place (i + 0.5) input / n - 0.5, ${options.interpolation}; ${options.height} x ${options.width}`,
    gives: (range) => (options.padToAspectRatio ? includeInRange(range, options.fillValue) : range),
    outputShape: (image) => withSize(image, options),
    apply: (images) =>
      tensorflow().tidy(() => {
        const framed = options.cropToAspectRatio
          ? cropToAspectRatio(images, options)
          : options.padToAspectRatio
            ? padToAspectRatio(images, options, options.fillValue)
            : images;
        return resizeImages(framed, options, options.interpolation);
      }),
    inPython: {
      keras: () => [
        callPython('layers.Resizing', [options.height, options.width], {
          interpolation: options.interpolation,
          crop_to_aspect_ratio: options.cropToAspectRatio || undefined,
          pad_to_aspect_ratio: options.padToAspectRatio || undefined,
          fill_value: options.padToAspectRatio ? options.fillValue : undefined,
        }),
      ],
      ...(!options.cropToAspectRatio &&
        !options.padToAspectRatio && {
          torchvision: () => [
            callPython('v2.Resize', [[options.height, options.width]], {
              interpolation: {
                code: `v2.InterpolationMode.${options.interpolation === 'bilinear' ? 'BILINEAR' : 'NEAREST_EXACT'}`,
              },
              antialias: false,
            }),
          ],
        }),
    },
  }),
});
