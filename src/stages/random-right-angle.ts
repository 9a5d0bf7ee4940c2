import { z } from 'zod';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';
import { packTransforms } from './geometric-stage.js';
import { type Draw, defineStage, drawn, type ImageShape } from './stage.js';

/**
 * Turns each image by 0, 90, 180 or 270 degrees, each as often; one that is not square by 0 or 180.
 * Formula: floor(quarters) quarter turns, counter-clockwise, with quarters drawn from [0, 4); not square: the even number below.
 * Source: NumPy's and PyTorch's rot90.
 */
export const randomRightAngle = defineStage({
  options: z
    .strictObject({ name: z.literal('random-right-angle') })
    .describe('Turns each training image by a multiple of 90 degrees.')
    .meta({ examples: [{ name: 'random-right-angle' }] }),
  create: () => ({
    when: 'train',
    formula: 'turned counter-clockwise by 0, 90, 180 or 270 degrees',
    gives: (range) => range,
    draw: (random, count) => ({
      quarters: random.uniform('quarters', { shape: [count], low: 0, high: 4 }),
    }),
    apply: (images, { draw }) =>
      tensorflow().tidy(() => {
        const [, height, width, channels] = images.shape;
        const turns = quarterTurns(draw, { height, width, channels });
        const isOdd = turns.mod(2).greaterEqual(1);
        // A transposition, then what of it has to be mirrored.
        const mirror = (of: Tensor4D, first: number, axis: number) => {
          const isMirrored = turns.greaterEqual(first).logicalAnd(turns.less(first + 2));
          return selectImages(isMirrored, of.reverse(axis), of);
        };
        const stood =
          height === width
            ? selectImages(isOdd, images.transpose<Tensor4D>([0, 2, 1, 3]), images)
            : images;
        return mirror(mirror(stood, 1, 1), 2, 2);
      }),
    geometry: {
      transforms: (draw, shape) =>
        tensorflow().tidy(() => {
          const turns = quarterTurns(draw, shape);
          const is = (wanted: number) => turns.equal(wanted).cast('float32');
          const [none, once, twice, thrice] = [is(0), is(1), is(2), is(3)];
          const [right, bottom] = [shape.width - 1, shape.height - 1];
          return packTransforms({
            a: [none.sub(twice), thrice.sub(once), once.add(twice).mul(right)],
            b: [once.sub(thrice), none.sub(twice), twice.add(thrice).mul(bottom)],
          });
        }),
    },
  }),
});

/** A draw below 4 gives 0 to 3; 4 itself, which may be given, 3. Shape: float32 [N]. */
function quarterTurns(draw: Draw, { height, width }: ImageShape): Tensor {
  const turns = drawn(draw, 'quarters').floor().minimum(tensorflow().scalar(3));
  return height === width ? turns : turns.sub(turns.mod(2));
}
