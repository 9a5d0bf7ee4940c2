import { z } from 'zod';
import { type Tensor, tensorflow } from '../engine/tensorflow.js';
import { selectImages } from '../engine/transform-images.js';
import { type Draw, defineStage, drawn, type ImageShape } from './stage.js';
import { packTransforms } from './transform-rows.js';

const flippedAxes = {
  horizontal: [2],
  vertical: [1],
  'horizontal-and-vertical': [1, 2],
};

const flips = {
  horizontal: 'left and right are swapped',
  vertical: 'top and bottom are swapped',
  'horizontal-and-vertical': 'turned upside down (left and right, top and bottom swapped)',
};

/**
 * Mirrors about half of the images.
 * Formula: flipped where flip <= probability, with flip drawn from [0, 1).
 * Source: Keras' RandomFlip. Its "horizontal_and_vertical" has one draw for both axes: an image is turned by 180
 * degrees or left alone. Keras has no `probability`; it is 1/2 there.
 */
export const randomFlip = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-flip'),
      mode: z
        .enum(['horizontal', 'vertical', 'horizontal-and-vertical'])
        .default('horizontal-and-vertical')
        .describe(
          '"horizontal" swaps left and right, "vertical" top and bottom, "horizontal-and-vertical" both at once ' +
            '(one draw: a half turn or nothing).',
        ),
      probability: z.number().min(0).max(1).default(0.5).describe('The share of flipped images.'),
    })
    .describe('Mirrors a share of the training images.')
    .meta({ examples: [{ name: 'random-flip', mode: 'horizontal' }] }),
  create({ mode, probability }) {
    const axes = flippedAxes[mode];
    // A draw can be exactly 0, which must not flip where nothing is to be flipped.
    const threshold = probability === 0 ? -1 : probability;
    const isFlipped = (draw: Draw): Tensor => drawn(draw, 'flip').lessEqual(threshold);
    return {
      when: 'train',
      formula: `${flips[mode]} where a draw from 0 to 1 is at most ${probability}`,
      gives: (range) => range,
      draw: (random, count) => ({
        flip: random.uniform('flip', { shape: [count], low: 0, high: 1 }),
      }),
      apply: (images, { draw }) =>
        tensorflow().tidy(() => selectImages(isFlipped(draw), images.reverse(axes), images)),
      geometry: {
        transforms: (draw, { height, width }: ImageShape) =>
          tensorflow().tidy(() => {
            const flipped = isFlipped(draw).cast('float32');
            const direction = flipped.mul(-2).add(1);
            const [x, right] = axes.includes(2) ? [direction, flipped.mul(width - 1)] : [1, 0];
            const [y, bottom] = axes.includes(1) ? [direction, flipped.mul(height - 1)] : [1, 0];
            return packTransforms({ a: [x, 0, right], b: [0, y, bottom] });
          }),
      },
    };
  },
});
