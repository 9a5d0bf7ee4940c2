import { z } from 'zod';
import { gather } from '../graph/resident.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { callPython } from '../text/python.js';
import { UserError } from '../user-error.js';
import { defineStage, drawn } from './stage.js';
import { includeInRange } from './value-range.js';

/** For each mode the place that a place outside of 0..size-1 reads. */
const sources = {
  reflect: (place: number, size: number) => (place < 0 ? -1 - place : 2 * size - 1 - place),
  'torch-reflect': (place: number, size: number) => (place < 0 ? -place : 2 * (size - 1) - place),
  nearest: (place: number, size: number) => (place < 0 ? 0 : size - 1),
};

/**
 * Puts a border around each image and cuts a window of the image's size out of it, at a place of its own.
 * Formula: output (x, y) reads column x + left - padding, row y + top - padding, both places whole, from 0 to 2 padding.
 * Source: torchvision's RandomCrop(size, padding), with an offset for each image instead of one a call. Keras'
 * RandomCrop has one for the whole batch.
 */
export const randomCrop = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-crop'),
      padding: z.int().min(0).max(1024).describe('Pixels of border: the largest shift either way.'),
      fillMode: z
        .enum(['constant', 'torch-reflect', 'reflect', 'nearest'])
        .default('constant')
        .describe(
          'What the border holds: "constant" (fillValue), "torch-reflect" (d c b | a b c d | c b a), "reflect" ' +
            '(c b a | a b c d | d c b, as in the other stages and Keras) or "nearest" (the edge pixel).',
        ),
      fillValue: z
        .number()
        .default(0)
        .describe('The value of the border where fillMode is "constant".'),
    })
    .describe('Moves each training image by whole pixels, by cropping it out of a border.')
    .meta({
      examples: [
        { name: 'random-crop', padding: 4 },
        { name: 'random-crop', padding: 2, fillMode: 'torch-reflect' },
        { name: 'random-crop', padding: 3, fillMode: 'reflect' },
        { name: 'random-crop', padding: 3, fillMode: 'nearest' },
      ],
      alsoCalled: [
        'RandomResizedCrop',
        'RandomSizedCrop',
        'RandomCropAndResize',
        'pad-and-crop',
        'padded-crop',
      ],
    }),
  create({ padding, fillMode, fillValue }) {
    const largest = (size: number) => (fillMode === 'torch-reflect' ? size - 1 : size);
    return {
      when: 'train',
      formula: `moved by whole pixels, -${padding} to ${padding} each way; outside: ${fillMode === 'constant' ? fillValue : fillMode}`,
      gives: (range) => (fillMode === 'constant' ? includeInRange(range, fillValue) : range),
      outputShape(image) {
        requirePadding(padding, largest(Math.min(image.height, image.width)));
        return image;
      },
      draw(random, _, { indices, epoch }) {
        const options = { indices, epoch, low: 0, high: 2 * padding + 1 };
        return {
          top: random.uniformByIndex('top', options),
          left: random.uniformByIndex('left', options),
        };
      },
      inPython: {
        torchvision: ({ shape: { height, width } }) => [
          callPython('v2.RandomCrop', [[height, width]], {
            padding,
            fill: fillMode === 'constant' ? fillValue : undefined,
            padding_mode: paddingModes[fillMode],
          }),
        ],
      },
      apply(images, { draw }) {
        const [, height, width] = images.shape;
        // A drawn place is below 2 padding + 1; one that is given may be just that.
        const place = (name: string) =>
          drawn(draw, name)
            .floor()
            .clipByValue(0, 2 * padding);
        return tensorflow().tidy(() => {
          const [top, left] = [place('top').cast('int32'), place('left').cast('int32')];
          if (fillMode === 'constant') {
            return cropWindows(padImages(images, padding, fillValue), {
              rows: windowOf(top, height),
              columns: windowOf(left, width),
            });
          }
          const read = (start: Tensor, size: number) =>
            gather(sourceTable(fillMode, size, padding), windowOf(start, size), 'int32');
          return cropWindows(images, { rows: read(top, height), columns: read(left, width) });
        });
      },
    };
  },
});

function padImages(images: Tensor4D, padding: number, value: number): Tensor4D {
  const border: [number, number] = [padding, padding];
  return images.pad([[0, 0], border, border, [0, 0]], value);
}

/** The places of a padded line that a window from each start on shows. Shape: int32 [N] to int32 [N, size]. */
function windowOf(starts: Tensor, size: number): Tensor {
  return starts.reshape([-1, 1]).add(tensorflow().range(0, size, 1, 'int32'));
}

/** For each place of a padded line the place that it reads in the line without padding. Shape: int32 [size + 2 padding]. */
function sourceTable(mode: keyof typeof sources, size: number, padding: number): Tensor {
  const places = Int32Array.from({ length: size + 2 * padding }, (_, index) => {
    const place = index - padding;
    return place >= 0 && place < size ? place : sources[mode](place, size);
  });
  return tensorflow().tensor1d(places, 'int32');
}

/** Reads each image at its own rows and columns. Shape: rows int32 [N, H'], columns int32 [N, W'] to [N, H', W', C]. */
function cropWindows(
  images: Tensor4D,
  { rows, columns }: { readonly rows: Tensor; readonly columns: Tensor },
): Tensor4D {
  const tf = tensorflow();
  const [count, height, width, channels] = images.shape;
  const [outHeight, outWidth] = [rows.shape[1] as number, columns.shape[1] as number];
  const firstRows = tf.range(0, count, 1, 'int32').mul<Tensor>(tf.scalar(height, 'int32'));
  const starts = rows.add(firstRows.reshape([count, 1])).mul<Tensor>(tf.scalar(width, 'int32'));
  const pixels = starts.reshape([count, outHeight, 1]).add(columns.reshape([count, 1, outWidth]));
  const flat = images.reshape([count * height * width, channels]);
  return gather(flat, pixels, 'float32') as Tensor4D;
}

function requirePadding(padding: number, largest: number): void {
  if (padding <= largest) return;
  throw new UserError(
    `Stage "random-crop" must have a padding of at most ${largest} for images of this size, received ${padding}.`,
    { hint: 'Lower "padding": a border holds no more pixels than the image has to reflect.' },
  );
}

/** What torchvision calls the ways to fill a border. */
const paddingModes = {
  constant: 'constant',
  'torch-reflect': 'reflect',
  reflect: 'symmetric',
  nearest: 'edge',
} as const;
