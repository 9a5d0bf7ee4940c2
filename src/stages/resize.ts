import { z } from 'zod';
import { tensorflow } from '../graph/tensorflow.js';
import { resizeImages } from '../graph/transform-images.js';
import { callPython } from '../text/python.js';
import { cropToAspectRatio, padToAspectRatio, sizeOption, withSize } from './aspect-ratio.js';
import { defineStage, type StageInPython, type ValueRange } from './stage.js';
import { includeInRange } from './value-range.js';

/**
 * Resizes the images to a height and width.
 * Formula: p = (i + 0.5) input / output - 0.5, neighbours clamped to the image; "nearest" takes floor(p + 0.5).
 * "bicubic" mixes the four nearest of each line, by Keys' cubic with a = -1/2. With `antialias` the reach grows as the image shrinks.
 * Source: Keras' Resizing: half-pixel centres; without antialias strong shrinking skips pixels. Pillow always has it, torchvision
 * by default; torch's bicubic without it has a = -3/4.
 */
export const resize = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('resize'),
      height: sizeOption.describe('Height of the resized images, in pixels.'),
      width: sizeOption.describe('Width of the resized images, in pixels.'),
      interpolation: z
        .enum(['bilinear', 'nearest', 'bicubic'])
        .default('bilinear')
        .describe('How values between pixels are read.'),
      antialias: z
        .boolean()
        .exactOptional()
        .describe(
          'Whether pixels of a smaller image are means of all that they stand for; not with "nearest". Default: false.',
        ),
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
    .refine((options) => !(options.antialias && options.interpolation === 'nearest'), {
      error: 'must not be set together with the interpolation "nearest"',
      path: ['antialias'],
    })
    .describe('Resizes the images.')
    .meta({
      examples: [
        { name: 'resize', height: 32, width: 32 },
        { name: 'resize', height: 32, width: 48, padToAspectRatio: true },
        { name: 'resize', height: 16, width: 16, interpolation: 'bicubic', antialias: true },
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
  create: ({ interpolation, antialias = false, ...options }) => ({
    when: 'always',
    formula: `pixel i of n reads place (i + 0.5) input / n - 0.5, ${interpolation}${antialias ? ' over all that it stands for' : ''}; ${options.height} x ${options.width}`,
    gives(range) {
      const framed = options.padToAspectRatio ? includeInRange(range, options.fillValue) : range;
      return interpolation === 'bicubic' ? overshoot(framed) : framed;
    },
    outputShape: (image) => withSize(image, options),
    apply: (images) =>
      tensorflow().tidy(() => {
        const framed = options.cropToAspectRatio
          ? cropToAspectRatio(images, options)
          : options.padToAspectRatio
            ? padToAspectRatio(images, options, options.fillValue)
            : images;
        return resizeImages(framed, options, { interpolation, antialias });
      }),
    // Libraries' cubics and means over pixels differ from these.
    ...(interpolation !== 'bicubic' &&
      !antialias && { inPython: inPython({ interpolation, ...options }) }),
  }),
});

function inPython(options: {
  readonly height: number;
  readonly width: number;
  readonly interpolation: 'bilinear' | 'nearest';
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly fillValue: number;
}): StageInPython {
  const { height, width, interpolation, cropToAspectRatio, padToAspectRatio, fillValue } = options;
  const keepsProportions = cropToAspectRatio || padToAspectRatio;
  const mode = interpolation === 'bilinear' ? 'BILINEAR' : 'NEAREST_EXACT';
  return {
    keras: () => [
      callPython('layers.Resizing', [height, width], {
        interpolation,
        crop_to_aspect_ratio: cropToAspectRatio || undefined,
        pad_to_aspect_ratio: padToAspectRatio || undefined,
        fill_value: padToAspectRatio ? fillValue : undefined,
      }),
    ],
    ...(!keepsProportions && {
      torchvision: () => [
        callPython('v2.Resize', [[height, width]], {
          interpolation: { code: `v2.InterpolationMode.${mode}` },
          antialias: false,
        }),
      ],
    }),
  };
}

/** The largest sum of the absolute weights of one line, of which the sum is 1. Found by computing it for all scales. */
const cubicReach = 1.27;

/** Where values can get that are mixed with weights below 0 too, in rows and in columns. */
function overshoot([low, high]: ValueRange): ValueRange {
  const growth = Number.isFinite(high - low) ? ((cubicReach ** 2 - 1) / 2) * (high - low) : 0;
  return [low - growth, high + growth];
}
