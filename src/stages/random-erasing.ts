import { z } from 'zod';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { renderShare } from '../text/quantities.js';
import { UserError } from '../user-error.js';
import { fillRectangles, type Span, wholePlace } from './rectangle.js';
import {
  type Draw,
  defineStage,
  drawn,
  type ImageShape,
  type RandomSource,
  type ValueRange,
} from './stage.js';
import { clampRange, includeInRange, valueRangeOption } from './value-range.js';

/** Rectangles that are tried before an image is left alone. Source: torchvision and timm. */
const attempts = 10;

/** TensorFlow's normal numbers come from uniform ones of at least 1e-7: sqrt(-2 ln 1e-7) is their limit. */
const normalReach = 5.678;

const share = z.number().min(0).max(1);

const fillOption = z.union([
  z.number(),
  z.array(z.number()).min(1).max(16),
  z.enum(['mean', 'noise', 'color-noise']),
]);

type Fill = z.output<typeof fillOption>;

/** The ranges where none are given. Source: the defaults of each library. */
const usual = {
  torchvision: { scale: [0.02, 0.33], ratio: [0.3, 3.3] },
  timm: { scale: [0.02, 1 / 3], ratio: [0.3, 1 / 0.3] },
  keras: { scale: [0.02, 0.33], ratio: [1, 1] },
} as const;

/**
 * Fills a rectangle of some images.
 * Formula: torchvision, timm: area a from `scale`, proportion r = exp(u), u from ln(ratio): round(sqrt(a H W r)) rows,
 * round(sqrt(a H W / r)) columns, at any place inside; where that is no smaller than the image in both, another one is
 * drawn, ten times. keras: sides of sqrt(s) H and sqrt(t) W, s and t drawn apart from `scale`, not rounded; an image is
 * erased where threshold < p, p drawn from [0, probability].
 * Source: torchvision's RandomErasing and timm's, with a rectangle for each image; Keras' RandomErasing, where results are
 * clipped to the value range. "mean" is that of the image, not that of the data set as in Zhong et al. 2017.
 */
export const randomErasing = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-erasing'),
      dialect: z
        .enum(['torchvision', 'timm', 'keras'])
        .default('torchvision')
        .describe('Whose rectangles: docs/dialects.md says how they differ.'),
      probability: share
        .default(0.5)
        .describe(
          'The share of erased images; "keras" draws it for each image from 0 up to this, so 1 erases a half.',
        ),
      scale: z
        .tuple([share, share])
        .refine(([low, high]) => low <= high, { error: 'must be [low, high] with low up to high' })
        .exactOptional()
        .describe('The share of the area, [low, high]. Default: as in the dialect.'),
      ratio: z
        .tuple([z.number().positive(), z.number().positive()])
        .refine(([low, high]) => low <= high, { error: 'must be [low, high] with low up to high' })
        .exactOptional()
        .describe('Height by width, [low, high]. Default: as in the dialect; "keras" has none.'),
      fillValue: fillOption
        .default(0)
        .describe(
          'What the rectangle becomes: a number, one for each channel, "mean" (of the image), "noise" (a normal ' +
            'number for each value) or "color-noise" (one for each channel).',
        ),
      valueRange: valueRangeOption
        .exactOptional()
        .describe(
          'Only "keras": results are clipped to it and noise is multiplied by its upper end. Default there: [0, 255].',
        ),
    })
    .refine(({ dialect, ratio }) => dialect !== 'keras' || ratio === undefined, {
      path: ['ratio'],
      error: 'must be left out with the dialect "keras", which draws height and width apart',
    })
    .refine(({ dialect, valueRange }) => dialect === 'keras' || valueRange === undefined, {
      path: ['valueRange'],
      error: 'must be left out but with the dialect "keras"',
    })
    .describe('Fills a rectangle of some training images.')
    .meta({
      alsoCalled: ['CoarseDropout'],
      examples: [
        { name: 'random-erasing' },
        { name: 'random-erasing', dialect: 'timm', probability: 1, fillValue: 'noise' },
        { name: 'random-erasing', dialect: 'keras', probability: 1, fillValue: [10, 200, 255] },
      ],
    }),
  create({ dialect, probability, fillValue, ...given }) {
    const ranges = { ...usual[dialect], ...given };
    const boxes =
      dialect === 'keras' ? apartBoxes(probability, ranges.scale) : drawnBoxes(probability, ranges);
    const clipped = dialect === 'keras' ? (given.valueRange ?? ([0, 255] as const)) : undefined;
    const noiseScale = clipped?.[1] ?? 1;
    return {
      when: 'train',
      formula: `${boxes.formula} becomes ${tellFill(fillValue)}`,
      ...(clipped && { expects: clipped, traps: () => [tellProbability(probability)] }),
      gives(range) {
        const filled = rangeOfFill(fillValue, noiseScale).reduce(includeInRange, range);
        return clipped ? clampRange(filled, clipped) : filled;
      },
      outputShape(image) {
        requireChannels(fillValue, image);
        return image;
      },
      draw(random, count, { shape }) {
        const noise = noiseShape(fillValue, shape);
        return {
          ...boxes.draw(random, count),
          ...(noise && { noise: random.normal('noise', { shape: [count, ...noise] }) }),
        };
      },
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          const fill = createFill(fillValue, images, { draw, noiseScale });
          const erased = fillRectangles(images, boxes.place(draw, images), fill);
          return clipped ? (erased.clipByValue(...clipped) as Tensor4D) : erased;
        }),
    };
  },
});

interface Boxes {
  readonly formula: string;
  draw(random: RandomSource, count: number): Draw;
  /** Empty where an image is left alone. */
  place(draw: Draw, images: Tensor4D): { readonly rows: Span; readonly columns: Span };
}

interface BoxRanges {
  readonly scale: ValueRange;
  readonly ratio: ValueRange;
}

function drawnBoxes(probability: number, { scale, ratio }: BoxRanges): Boxes {
  return {
    formula: `for ${probability} of the images a rectangle of ${tellShares(scale)} of the area`,
    draw(random, count) {
      const unit = { shape: [count], low: 0, high: 1 };
      const shape = [count, attempts];
      const [low, high] = [Math.log(ratio[0]), Math.log(ratio[1])];
      return {
        erase: random.uniform('erase', unit),
        area: random.uniform('area', { shape, low: scale[0], high: scale[1] }),
        logRatio: random.uniform('logRatio', { shape, low, high }),
        row: random.uniform('row', unit),
        column: random.uniform('column', unit),
      };
    },
    place(draw, { shape: [, height, width] }) {
      const area = drawn(draw, 'area').mul(height * width);
      const proportion = drawn(draw, 'logRatio').exp();
      const sides = [area.mul(proportion).sqrt().round(), area.div(proportion).sqrt().round()];
      const [tall, wide] = sides as [Tensor, Tensor];
      const isErased = drawn(draw, 'erase').less(probability).reshape([-1, 1]);
      const chosen = firstOf(tall.less(height).logicalAnd(wide.less(width)).logicalAnd(isErased));
      const span = (side: Tensor, name: string, size: number): Span => {
        const length = side.mul(chosen).sum(1, true);
        const first = wholePlace(drawn(draw, name), length.neg().add(size + 1));
        return { first, end: first.add(length) };
      };
      return { rows: span(tall, 'row', height), columns: span(wide, 'column', width) };
    },
  };
}

/** Marks with 1 the first flag of each row that is set. Shape: bool [N, M] to float32 [N, M]. */
function firstOf(flags: Tensor): Tensor {
  const set = flags.cast('float32');
  return set.mul(set.cumsum(1).equal(1).cast('float32'));
}

function apartBoxes(probability: number, [low, high]: ValueRange): Boxes {
  const names = ['widthShare', 'heightShare', 'column', 'row', 'probability', 'threshold'] as const;
  const bounds: Partial<Record<(typeof names)[number], ValueRange>> = {
    widthShare: [low, high],
    heightShare: [low, high],
    probability: [0, probability],
  };
  return {
    formula: `for each image with a probability from 0 to ${probability} a rectangle of sides ${tellShares([Math.sqrt(low), Math.sqrt(high)])} of the image's`,
    draw(random, count) {
      const entries = names.map((name) => {
        const [lowest, highest] = bounds[name] ?? [0, 1];
        const options = { shape: [count], low: lowest, high: highest };
        return [name, random.uniform(name, options)] as const;
      });
      return Object.fromEntries<Tensor>(entries);
    },
    place(draw, { shape: [, height, width] }) {
      const isErased = drawn(draw, 'threshold').less(drawn(draw, 'probability')).cast('float32');
      const span = (side: string, place: string, size: number): Span => {
        const length = drawn(draw, side).sqrt().mul(size);
        const first = drawn(draw, place).mul(length.neg().add(size));
        const end = first.add(length).mul(isErased);
        return { first: first.reshape([-1, 1]), end: end.reshape([-1, 1]) };
      };
      return {
        rows: span('heightShare', 'row', height),
        columns: span('widthShare', 'column', width),
      };
    },
  };
}

/** Shape: a number, or float32 that spreads over [N, H, W * C]. */
function createFill(
  fill: Fill,
  images: Tensor4D,
  { draw, noiseScale }: { readonly draw: Draw; readonly noiseScale: number },
): Tensor | number {
  if (typeof fill === 'number') return fill;
  const [count, height, width, channels] = images.shape;
  const overRow = (colors: Tensor) =>
    colors
      .reshape([-1, 1, 1, channels])
      .tile([1, 1, width, 1])
      .reshape([-1, 1, width * channels]);
  if (fill === 'mean') return overRow(images.mean([1, 2]));
  if (typeof fill !== 'string') return overRow(tensorflow().tensor1d([...fill]));
  const noise = drawn(draw, 'noise').mul(noiseScale);
  return fill === 'noise' ? noise.reshape([count, height, width * channels]) : overRow(noise);
}

function noiseShape(fill: Fill, { height, width, channels }: ImageShape): number[] | undefined {
  if (fill === 'noise') return [height, width, channels];
  return fill === 'color-noise' ? [channels] : undefined;
}

/** The values that a fill can add to those of the images. */
function rangeOfFill(fill: Fill, noiseScale: number): readonly number[] {
  if (fill === 'mean') return [];
  if (typeof fill === 'string') return [-normalReach * noiseScale, normalReach * noiseScale];
  return typeof fill === 'number' ? [fill] : fill;
}

function tellProbability(probability: number): string {
  return `"random-erasing" draws the probability of each image from 0 to ${probability}, as Keras does: ${renderShare(probability / 2)} of the images are erased.`;
}

function tellFill(fill: Fill): string {
  if (fill === 'mean') return "the mean of the image's channel";
  if (fill === 'noise') return 'normal noise';
  if (fill === 'color-noise') return 'one colour of normal noise';
  return typeof fill === 'number' ? String(fill) : `[${fill.join(', ')}]`;
}

function tellShares([low, high]: ValueRange): string {
  return `${Number(low.toPrecision(3))} to ${Number(high.toPrecision(3))}`;
}

function requireChannels(fill: Fill, { channels }: ImageShape): void {
  if (typeof fill !== 'object' || fill.length === channels) return;
  throw new UserError(
    `Stage "random-erasing" must have one number of "fillValue" for each of ${channels} channels, received ${fill.length}.`,
    { hint: `give ${channels} numbers, or one for all channels.` },
  );
}
