import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { selectImages } from '../graph/transform-images.js';
import { UserError } from '../user-error.js';
import { sizeOption } from './aspect-ratio.js';
import { defineStage, drawn, type ImageShape } from './stage.js';
import { includeInRange } from './value-range.js';

/**
 * Fills a square of each image with one value.
 * Formula: `clip`: the centre is any pixel; rows centre - floor(size / 2) up to before centre + floor(size / 2), as far as
 * the image goes, columns likewise. `inside`: the first row is drawn from 0 to H - size, columns likewise.
 * Source: DeVries and Taylor 2017 and their code for `clip`, where an odd size so cuts one pixel less; `inside` is that
 * of cifar10-airbench.
 */
export const cutout = defineStage({
  options: z
    .strictObject({
      name: z.literal('cutout'),
      size: sizeOption.describe('Side of the square, in pixels.'),
      border: z
        .enum(['clip', 'inside'])
        .default('clip')
        .describe(
          'Where the square may lie: its centre anywhere, so that the border cuts it off ("clip"), or all of it ' +
            'inside of the image ("inside").',
        ),
      fillValue: z
        .number()
        .default(0)
        .describe('The value of the square; 0 is black before a normalisation, the mean after it.'),
    })
    .describe('Fills a square of each training image with one value.')
    .meta({
      examples: [
        { name: 'cutout', size: 8 },
        { name: 'cutout', size: 12, border: 'inside' },
      ],
      alsoCalled: [
        'RandomErasing',
        'RandomErase',
        'erasing',
        'CoarseDropout',
        'random-cutout',
        'hide-and-seek',
      ],
    }),
  create({ size, border, fillValue }) {
    const half = Math.floor(size / 2);
    const squares = border === 'clip' ? aroundCentre(half) : fromCorner(size);
    return {
      when: 'train',
      formula: `a square of ${size} x ${size} pixels becomes ${fillValue}, ${border === 'clip' ? 'its centre anywhere' : 'inside of the image'}`,
      gives: (range) => includeInRange(range, fillValue),
      outputShape(image) {
        requireSize(size, image);
        return image;
      },
      draw(random, _, { indices, epoch }) {
        const options = { indices, epoch, low: 0, high: 1 };
        return {
          row: random.uniformByIndex('row', options),
          column: random.uniformByIndex('column', options),
        };
      },
      apply(images, { draw }) {
        const tf = tensorflow();
        const [count, height, width, channels] = images.shape;
        // A line of values instead of pixels: flags for each value, without spreading them over an axis of three.
        const shape = [count, height, width * channels];
        return tf.tidy(() => {
          const rows = squares(drawn(draw, 'row'), { size: height, channels: 1 });
          const columns = squares(drawn(draw, 'column'), { size: width, channels });
          const isCut = rows.expandDims(2).logicalAnd(columns.expandDims(1));
          const cut = selectImages<Tensor>(isCut, tf.fill(shape, fillValue), images.reshape(shape));
          return cut.reshape(images.shape);
        });
      },
    };
  },
});

/** Pixels side by side, each of so many values. */
interface Line {
  readonly size: number;
  readonly channels: number;
}

/** Tells which values of a line lie in the square. Shape: float32 [N], 0..1, to bool [N, values of the line]. */
type Squares = (share: Tensor, line: Line) => Tensor;

function aroundCentre(half: number): Squares {
  return (share, line) => {
    const centre = wholePlace(share, line.size);
    return isBetween(line, centre.sub(half), centre.add(half));
  };
}

function fromCorner(size: number): Squares {
  return (share, line) => {
    const first = wholePlace(share, line.size - size + 1);
    return isBetween(line, first, first.add(size));
  };
}

/** A share below 1 gives 0..count-1; 1 itself, which may be given, does too. Shape: [N] to [N, 1]. */
function wholePlace(share: Tensor, count: number): Tensor {
  return share
    .mul(count)
    .floor()
    .clipByValue(0, count - 1)
    .reshape([-1, 1]);
}

function isBetween({ size, channels }: Line, first: Tensor, end: Tensor): Tensor {
  const values = Float32Array.from({ length: size * channels }, (_, i) => Math.floor(i / channels));
  const places = tensorflow().tensor1d(values);
  return places.greaterEqual(first).logicalAnd(places.less(end));
}

function requireSize(size: number, { height, width }: ImageShape): void {
  if (size <= Math.min(height, width)) return;
  throw new UserError(
    `Stage "cutout" must have a size of at most ${Math.min(height, width)} for images of ${height} x ${width}, received ${size}.`,
    { hint: 'Lower "size".' },
  );
}
