import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import { sizeOption } from './aspect-ratio.js';
import { fillRectangles, type Span, wholePlace } from './rectangle.js';
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
        const [, height, width] = images.shape;
        return tensorflow().tidy(() => {
          const rows = squares(drawn(draw, 'row'), height);
          const columns = squares(drawn(draw, 'column'), width);
          return fillRectangles(images, { rows, columns }, fillValue);
        });
      },
    };
  },
});

/** The rows or columns of a square. Shape: float32 [N], 0..1. */
type Squares = (share: Tensor, size: number) => Span;

function aroundCentre(half: number): Squares {
  return (share, size) => {
    const centre = wholePlace(share, size);
    return { first: centre.sub(half), end: centre.add(half) };
  };
}

function fromCorner(side: number): Squares {
  return (share, size) => {
    const first = wholePlace(share, size - side + 1);
    return { first, end: first.add(side) };
  };
}

function requireSize(size: number, { height, width }: ImageShape): void {
  if (size <= Math.min(height, width)) return;
  throw new UserError(
    `Stage "cutout" must have a size of at most ${Math.min(height, width)} for images of ${height} x ${width}, received ${size}.`,
    { hint: 'Lower "size".' },
  );
}
