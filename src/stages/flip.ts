import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';
import { packTransforms } from './geometric-stage.js';
import type { Draw, ImageShape, Stage } from './stage.js';

/** What a flip swaps, for people. */
export const flips = {
  horizontal: 'left and right are swapped',
  vertical: 'top and bottom are swapped',
  'horizontal-and-vertical': 'turned upside down (left and right, top and bottom swapped)',
};

const flippedAxes = {
  horizontal: [2],
  vertical: [1],
  'horizontal-and-vertical': [1, 2],
};

/**
 * Creates the parts of a stage that mirrors some images of a batch.
 * @param isFlipped which, by their draw. Shape: bool [N].
 */
export function createFlip(
  mode: keyof typeof flips,
  isFlipped: (draw: Draw) => Tensor,
): Required<Pick<Stage, 'gives' | 'apply' | 'geometry'>> {
  const axes = flippedAxes[mode];
  return {
    gives: (range) => range,
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
}
