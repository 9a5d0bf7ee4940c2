import { z } from 'zod';
import { adjustColours, colourKinds } from '../graph/adjust-colours.js';
import { attribute, runKernel } from '../graph/native-backend.js';
import { hasOwnKernels } from '../graph/own-kernels.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import { blend, brighten, greyOf } from './colour-operations.js';
import { type Factor, symmetricRange } from './factor.js';
import { fromLevels, toLevels, topLevel } from './levels.js';
import type { ImageShape, ValueRange } from './stage.js';
import { clampRange } from './value-range.js';

/** The libraries that mean different things by one name. */
export type Dialect = 'keras' | 'torchvision';

/** Makes the option that says whose meaning a stage has. `differs` tells users what the two do. */
export function dialectOption(standard: Dialect, differs: string) {
  return z
    .enum(['keras', 'torchvision'])
    .default(standard)
    .describe(`Whose meaning the stage has. ${differs}`);
}

/** One way to change the colours of an image by a number. */
export interface Adjustment {
  /** The numbers that a factor stands for. */
  boundsOf(factor: Factor): ValueRange;
  /** The number that changes nothing, but for rounding. */
  readonly identity: number;
  /** Set where a second draw, above 0.5, turns the number's sign. */
  readonly isSigned?: true;
  /** The least and the largest number that a factor may hold. */
  readonly limits: ValueRange;
  /** The value range of the output for an input range. */
  gives(input: ValueRange, { bounds, valueRange }: AdjustmentRanges): ValueRange;
  /** What becomes of a value x; f is the number. For people. */
  formula(valueRange: ValueRange): string;
  /** Shape: images float32 [N, H, W, C], numbers float32 [N]. Call it inside a tidy. */
  apply(images: Tensor4D, numbers: Tensor, valueRange: ValueRange): Tensor4D;
}

interface AdjustmentRanges {
  /** Of the numbers that are drawn. */
  readonly bounds: ValueRange;
  readonly valueRange: ValueRange;
}

/** @throws UserError if images have no colours to change. */
export function requireColour(image: ImageShape): ImageShape {
  if (image.channels === 3) return image;
  throw new UserError(`Colours need images of 3 channels, received ${image.channels}.`, {
    hint: 'Leave the stage out, or put it before what makes the images grey.',
  });
}

/** Formula: f gives [1 - f, 1 + f], but not below 0; a pair gives itself. Source: torchvision's ColorJitter. */
function aboutOne(factor: Factor): ValueRange {
  return typeof factor === 'number'
    ? [Math.max(0, 1 - factor), 1 + factor]
    : symmetricRange(factor);
}

/** Brightness: added in units of the value range (Keras) or multiplied (torchvision, Pillow). */
const brightness: Readonly<Record<Dialect, Adjustment>> = {
  keras: {
    limits: [-1, 1],
    identity: 0,
    boundsOf: symmetricRange,
    gives([low, high], { bounds: [darkest, brightest], valueRange }) {
      const width = valueRange[1] - valueRange[0];
      return clampRange([low + darkest * width, high + brightest * width], valueRange);
    },
    formula: ([low, high]) => `clip(x + f * ${high - low}, ${low}, ${high})`,
    apply: (images, numbers, [low, high]) =>
      images.add(numbers.mul(high - low).reshape([-1, 1, 1, 1])).clipByValue(low, high) as Tensor4D,
  },
  torchvision: {
    limits: [0, 10],
    identity: 1,
    boundsOf: aboutOne,
    gives([low, high], { bounds: [darkest, brightest], valueRange }) {
      const [black] = valueRange;
      const scale = (value: number, factor: number) => black + (value - black) * factor;
      return clampRange([scale(low, darkest), scale(high, brightest)], valueRange);
    },
    formula: (range) => clipped(range, 'x * f'),
    apply: (images, numbers, range) =>
      onLevels(images, range, (levels) => brighten(levels, perImage(numbers))),
  },
};

/** Contrast: about the mean of each channel (Keras) or of the image's grey (torchvision, Pillow, which rounds it). */
const contrast: Readonly<Record<Dialect, Adjustment>> = {
  keras: {
    limits: [0, 1],
    identity: 1,
    gives: givesStretched,
    boundsOf(factor) {
      const [less, more] = typeof factor === 'number' ? [0, factor] : symmetricRange(factor);
      return [1 - less, 1 + more];
    },
    formula: (range) => `${clipped(range, '(x - m) * f + m')}, m the mean of the image's channel`,
    apply(images, numbers, [low, high]) {
      // Repeated over a row: subtracting and adding three numbers a pixel takes TensorFlow three times as long.
      const mean = meanOf(images).tile([1, 1, images.shape[2], 1]);
      const stretched = images.sub(mean).mul(perImage(numbers)).add(mean);
      return stretched.clipByValue(low, high) as Tensor4D;
    },
  },
  torchvision: {
    limits: [0, 10],
    identity: 1,
    gives: givesStretched,
    boundsOf: aboutOne,
    formula: (range) => `${clipped(range, 'x * f + m * (1 - f)')}, m the mean of the image's grey`,
    apply: (images, numbers, range) =>
      onLevels(images, range, (levels) => {
        const grey = greyOf(meanOf(levels)).mean(3, true);
        return blend(levels, grey, perImage(numbers));
      }),
  },
};

/** Keeps the strengthening of S finite at 1. Source: Keras' epsilon. */
const hsvEpsilon = 1e-7;

function strengthen(factor: number): number {
  return factor / (1 - factor + hsvEpsilon);
}

/** Saturation: the S of HSV (Keras) or the distance from the pixel's grey (torchvision, Pillow). */
const saturation: Readonly<Record<Dialect, Adjustment>> = {
  keras: {
    limits: [-1, 1],
    identity: 0.5,
    boundsOf: symmetricRange,
    // An S above 1, which only a range that reaches above 1 leaves, makes the weakest channel negative.
    gives([low, high], { bounds: [, most], valueRange }) {
      const strength = Math.min(strengthen(most), Math.max(1, valueRange[1]));
      return strength > 1 ? [Math.min(low, high * (1 - strength)), high] : [low, high];
    },
    formula: (range) => `S of HSV becomes ${clipped(range, 'S * f / (1 - f)')}`,
    apply(images, numbers, [low, high]) {
      const factor = numbers.div(numbers.neg().add(1).add(hsvEpsilon)).reshape([-1, 1, 1]);
      return throughHsv(images, ([hue, strength, value]) => [
        hue,
        strength.mul(factor).clipByValue(low, high),
        value,
      ]);
    },
  },
  torchvision: {
    limits: [0, 10],
    identity: 1,
    gives: givesStretched,
    boundsOf: aboutOne,
    formula: (range) => `${clipped(range, 'x * f + g * (1 - f)')}, g the pixel's grey`,
    apply: (images, numbers, range) =>
      onLevels(images, range, (levels) => blend(levels, greyOf(levels), perImage(numbers))),
  },
};

/** Hue: by up to half of the factor in turns, its sign drawn apart (Keras), or by the factor in turns (torchvision). */
const hue: Readonly<Record<Dialect, Adjustment>> = {
  keras: {
    limits: [0, 1],
    identity: 0,
    gives: givesClipped,
    boundsOf: (factor) => (typeof factor === 'number' ? [0, factor] : symmetricRange(factor)),
    isSigned: true,
    formula: () => 'H of HSV becomes H + f / 2 turns, with a sign of its own',
    apply: (images, numbers, range) => turnHue(images, numbers.mul(0.5), range),
  },
  torchvision: {
    limits: [-0.5, 0.5],
    identity: 0,
    gives: givesClipped,
    boundsOf: symmetricRange,
    formula: () => 'H of HSV becomes H + f turns',
    apply: turnHue,
  },
};

/** All adjustments in all dialects, in the order of the libraries' arguments. */
export const adjustments = { brightness, contrast, saturation, hue } as const;

function givesClipped(input: ValueRange, { valueRange }: AdjustmentRanges): ValueRange {
  return clampRange(input, valueRange);
}

/** What values can reach when each end is moved away from a value at the other end. */
function givesStretched(
  [low, high]: ValueRange,
  { bounds: [, most], valueRange }: AdjustmentRanges,
): ValueRange {
  const growth = Number.isFinite(high - low) ? Math.max(0, most - 1) * (high - low) : 0;
  return clampRange([low - growth, high + growth], valueRange);
}

function turnHue(images: Tensor4D, turns: Tensor, range: ValueRange): Tensor4D {
  return onLevels(images, range, (levels) => {
    if (!hasOwnKernels()) return composedTurnHue(levels, turns);
    const numbers = turns.reshape([-1, 1]);
    const kinds = tensorflow().fill(numbers.shape, colourKinds.indexOf('hue'));
    return adjustColours(levels, { kinds, numbers });
  });
}

/** {@link hue} of TensorFlow's own ops. Shape: levels float32 [N, H, W, 3], 0..255; turns float32 [N]. */
export function composedTurnHue(levels: Tensor4D, turns: Tensor): Tensor4D {
  const turned = throughHsv(levels, ([angle, strength, value]) => {
    const sum = angle.add(turns.reshape([-1, 1, 1]));
    return [sum.sub(sum.floor()), strength, value];
  });
  return turned.clipByValue(0, topLevel) as Tensor4D;
}

type Planes = readonly [Tensor, Tensor, Tensor];

/** Changes colour images as hue, saturation and value. Shape: images [N, H, W, 3], planes [N, H, W]. */
function throughHsv(images: Tensor4D, change: (planes: Planes) => Planes): Tensor4D {
  const tf = tensorflow();
  const attributes = { T: attribute.type('float32') };
  const hsv = runKernel({ name: 'RGBToHSV', attributes, inputs: [images] });
  const changed = tf.stack([...change(tf.unstack(hsv, 3) as unknown as Planes)], 3);
  return runKernel({ name: 'HSVToRGB', attributes, inputs: [changed] }) as Tensor4D;
}

/** Changes images as levels 0..255, whatever their range. */
export function onLevels(
  images: Tensor4D,
  range: ValueRange,
  change: (levels: Tensor4D) => Tensor4D,
): Tensor4D {
  return fromLevels(change(toLevels(images, range)), range);
}

/** Shape: float32 [N, H, W, C] to [N, 1, 1, C]. Rows first: what is left for the axis of a few numbers is small. */
function meanOf(images: Tensor4D): Tensor4D {
  return images.mean(1, true).mean(2, true);
}

function perImage(numbers: Tensor): Tensor {
  return numbers.reshape([-1, 1, 1, 1]);
}

function clipped([low, high]: ValueRange, text: string): string {
  return `clip(${text}, ${low}, ${high})`;
}
