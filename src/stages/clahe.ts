import { z } from 'zod';
import { countLevels, levelCount, lookUpByPlace } from '../graph/look-up.js';
import { attribute, runKernel } from '../graph/native-backend.js';
import { hasOwnKernels } from '../graph/own-kernels.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import { createScopedStage, scopeOptions, scopeRule } from './by-chance.js';
import { fromLevels, topLevel, toWholeLevels } from './levels.js';
import { defineStage, type ImageShape } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Equalizes each channel of an image tile by tile, with a limit to how much a frequent level may spread.
 * Formula: of each tile's histogram what exceeds clipLimit n / 256 (n pixels a tile) is shared out evenly; its sums c become
 * 255 (c - c0) / (n - c0), c0 the lowest; a pixel mixes those of the four tiles whose centres are around it. Whole levels go in,
 * any values come out.
 * Source: Keras' ContrastLimitedAdaptiveHistogramEqualization, channel by channel; where tiles do not fit, the image is
 * continued below and right by its reflection. OpenCV and scikit-image share out what exceeds the limit in other ways and
 * round to levels; both work on the lightness of colour images.
 */
export const clahe = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('clahe'),
      clipLimit: z
        .number()
        .positive()
        .max(256)
        .default(4)
        .describe(
          'How often a level may stand in a tile, in multiples of the mean; 256 leaves all as it is.',
        ),
      tiles: z
        .int()
        .min(1)
        .max(64)
        .default(8)
        .describe('How many tiles there are each way. With 8, those of CIFAR-10 have 16 pixels.'),
      ...scopeOptions,
      valueRange: clippedRangeOption,
    })
    .refine(scopeRule.holds, scopeRule.error)
    .describe('Equalizes the histogram of each channel of an image tile by tile.')
    .meta({
      examples: [
        { name: 'clahe', when: 'always' },
        { name: 'clahe', clipLimit: 2, tiles: 4, valueRange: [0, 1] },
      ],
    }),
  create({ clipLimit, tiles, valueRange, ...scope }) {
    const apply = (images: Tensor4D): Tensor4D => {
      const levels = toWholeLevels(images, valueRange);
      const [, height, width] = levels.shape;
      const padded = continueTo(levels, {
        height: Math.ceil(height / tiles) * tiles,
        width: Math.ceil(width / tiles) * tiles,
      });
      const mixed = equalizeTiles(padded, { clipLimit, tiles });
      return fromLevels(mixed.slice([0, 0, 0, 0], [-1, height, width, -1]), valueRange);
    };
    return {
      ...createScopedStage(
        {
          formula: `the levels of each of ${tiles} x ${tiles} tiles are spread over ${valueRange[0]} to ${valueRange[1]}, none by more than ${clipLimit} times its share`,
          expects: valueRange,
          gives: () => valueRange,
          apply,
        },
        scope,
        0.5,
      ),
      traps({ height, width }) {
        const [tileHeight, tileWidth] = [Math.ceil(height / tiles), Math.ceil(width / tiles)];
        return tileHeight * tileWidth < fewestPixels
          ? [
              `"clahe" cuts images of ${height} x ${width} into tiles of ${tileHeight} x ${tileWidth} pixels, too few for a histogram of ${levelCount} levels: lower "tiles".`,
            ]
          : [];
      },
      outputShape(image) {
        requireTiles(tiles, image);
        return image;
      },
    };
  },
});

/** A tile of less has a level for every fourth of 256 at most. */
const fewestPixels = 64;

/** Continues images below and to the right by their reflection. */
function continueTo(
  images: Tensor4D,
  { height, width }: Pick<ImageShape, 'height' | 'width'>,
): Tensor4D {
  const [, ownHeight, ownWidth] = images.shape;
  if (ownHeight === height && ownWidth === width) return images;
  const after = (more: number): [number, number] => [0, more];
  return tensorflow().mirrorPad(
    images,
    [[0, 0], after(height - ownHeight), after(width - ownWidth), [0, 0]],
    'symmetric',
  );
}

interface TileOptions {
  readonly clipLimit: number;
  /** Each way; they fit into the images. */
  readonly tiles: number;
}

function equalizeTiles(levels: Tensor4D, options: TileOptions): Tensor4D {
  if (!hasOwnKernels()) return composedEqualizeTiles(levels, options);
  return runKernel({
    name: 'PrepLabEqualizeTiles',
    attributes: {
      T: attribute.type('float32'),
      tiles: attribute.float(options.tiles),
      clip_limit: attribute.float(options.clipLimit),
    },
    inputs: [levels],
  }) as Tensor4D;
}

/** The equalization of tiles by TensorFlow's own ops. Shape: whole levels float32 [N, H, W, C] to the same. */
export function composedEqualizeTiles(levels: Tensor4D, options: TileOptions): Tensor4D {
  return mixTables(levels, tileTables(levels, options), options.tiles);
}

/** Makes a table for each tile and channel. Shape: [N, H, W, C] to [N, tiles tiles C, 256], tiles row by row. */
function tileTables(levels: Tensor4D, { clipLimit, tiles }: TileOptions): Tensor {
  const tf = tensorflow();
  const [count, height, width, channels] = levels.shape;
  const [tileHeight, tileWidth] = [height / tiles, width / tiles];
  const pixels = tileHeight * tileWidth;
  const cut = levels
    .reshape([count, tiles, tileHeight, tiles, tileWidth, channels])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape<Tensor4D>([count * tiles * tiles, tileHeight, tileWidth, channels]);
  const counts = countLevels(cut);
  const clipped = counts.minimum((clipLimit * pixels) / levelCount);
  const excess = counts.sub(clipped).sum(2, true).div(levelCount);
  const sums = clipped.add(excess).cumsum(2);
  const lowest = sums.min(2, true);
  const rest = tf.sub<Tensor>(pixels, lowest);
  const divisor = tf.where(rest.equal(0), tf.onesLike(rest), rest);
  const tables = sums.sub(lowest).mul(topLevel).div(divisor).clipByValue(0, topLevel);
  return tables.reshape([count, tiles * tiles * channels, levelCount]);
}

/** Reads each pixel in the tables of the four tiles around it, and mixes them by how near their centres are. */
function mixTables(levels: Tensor4D, tables: Tensor, tiles: number): Tensor4D {
  const tf = tensorflow();
  const [, height, width, channels] = levels.shape;
  const rows = neighboursOf(height, tiles);
  const columns = neighboursOf(width, tiles);
  const read = (row: 'before' | 'after', column: 'before' | 'after') =>
    lookUpByPlace(levels, tables, (place) => {
      const pixel = Math.floor(place / channels);
      const [y, x] = [Math.floor(pixel / width), pixel % width];
      const tile = (rows[row][y] as number) * tiles + (columns[column][x] as number);
      return tile * channels + (place % channels);
    });
  const down = tf.tensor(rows.share, [1, height, 1, 1]);
  const across = tf.tensor(
    columns.share.flatMap((share) => new Array<number>(channels).fill(share)),
    [1, 1, width, channels],
  );
  const mix = (first: Tensor, second: Tensor, share: Tensor) =>
    first.mul(share.neg().add(1)).add(second.mul(share));
  const top = mix(read('before', 'before'), read('before', 'after'), across);
  const bottom = mix(read('after', 'before'), read('after', 'after'), across);
  return mix(top, bottom, down) as Tensor4D;
}

/** For each place of a line the tiles whose centres are before and after it, and how far it is from the one to the other. */
function neighboursOf(length: number, tiles: number) {
  const tileLength = length / tiles;
  const places = Array.from({ length }, (_, place) => (place - tileLength / 2) / tileLength);
  const clamp = (tile: number) => Math.min(Math.max(tile, 0), tiles - 1);
  return {
    before: places.map((place) => clamp(Math.floor(place))),
    after: places.map((place) => clamp(Math.floor(place) + 1)),
    share: places.map((place) => place - Math.floor(place)),
  };
}

function requireTiles(tiles: number, { height, width }: ImageShape): void {
  const most = Math.min(height, width);
  if (tiles <= most) return;
  throw new UserError(
    `Stage "clahe" must have at most ${most} tiles each way for images of ${height} x ${width}, received ${tiles}.`,
    { hint: 'Lower "tiles": each must have a pixel at least.' },
  );
}
