import { countLevels, lookUp, wholeLevels } from '../graph/look-up.js';
import { attribute, runKernel } from '../graph/native-backend.js';
import { hasOwnKernels } from '../graph/own-kernels.js';
import { gather } from '../graph/resident.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { selectImages, warpImages } from '../graph/transform-images.js';
import {
  blend,
  brighten,
  equalizeTables,
  greyOf,
  invertLevels,
  posterizeLevels,
  solarizeLevels,
  stretchLevels,
} from './colour-operations.js';
import { levelRamp, topLevel } from './levels.js';
import { smoothInside } from './smooth.js';

/** What can be done to an image of 256 levels, in the order of the kernel's numbers. */
const kinds = [
  'identity',
  'nearest',
  'bilinear',
  'brightness',
  'color',
  'contrast',
  'sharpness',
  'posterize',
  'solarize',
  'solarize-add',
  'auto-contrast',
  'equalize',
  'invert',
] as const;

export type PixelKind = (typeof kinds)[number];

/** An operation with its numbers. */
export interface PixelOperation {
  readonly kind: PixelKind;
  /**
   * `nearest`, `bilinear`: [a, b, c, d, e, f, fill], the place (a x + b y + c, d x + e y + f) to read, counted from the image's
   * centre and divided by half the size, and the level outside. `brightness`, `color`, `contrast`, `sharpness`: [f, 1 - f].
   * `posterize`: [levels that become one]. `solarize`: [threshold]. `solarize-add`: [what is added, threshold].
   */
  readonly numbers: readonly number[];
}

const mostNumbers = 7;

/** What is done to a batch. */
export interface PixelChoices {
  readonly operations: readonly PixelOperation[];
  /** For each image rows of places in `operations`, those of a row done one after the other. Shape: int32 [N, rows, slots]. */
  readonly rows: Tensor;
  /** The share of the image itself, then that of what comes of each row. Shape: float32 [N, rows + 1]. */
  readonly shares: Tensor;
}

/**
 * Does to each image the operations of its rows, and mixes what comes of them with the image. Values are rounded to whole levels
 * first; each operation leaves whole levels, and the mixture is cut off to whole ones.
 * Shape: float32 [N, H, W, C], 0..255, to the same.
 * Source: torchvision 0.28's functions for uint8 tensors. Without prep-lab's own kernels products and sums are rounded apart:
 * some values then lie one level beside.
 */
export function applyPixelOperations(images: Tensor4D, choices: PixelChoices): Tensor4D {
  if (!hasOwnKernels()) return composePixelOperations(images, choices);
  return tensorflow().tidy(() => {
    const { kindNumbers, numbers } = gatherChosen(choices);
    return runKernel({
      name: 'PrepLabPixelOperations',
      attributes: { T: attribute.type('float32') },
      inputs: [images, kindNumbers, numbers, choices.shares],
    }) as Tensor4D;
  });
}

/** Returns shares that leave nothing of the image itself, and all of one row. Shape: float32 [N, 2]. */
export function onlyRow(count: number): Tensor {
  return tensorflow()
    .tensor2d([[0, 1]])
    .tile([count, 1]);
}

/** Shape: int32 [N, rows, slots] and float32 [N, rows, slots, 7]. */
function gatherChosen({ operations, rows }: PixelChoices) {
  const tf = tensorflow();
  const kindNumbers = operations.map(({ kind }) => kinds.indexOf(kind));
  const all = operations.flatMap(({ numbers }) => {
    return [...numbers, ...Array<number>(mostNumbers - numbers.length).fill(0)];
  });
  const table = tf.tensor2d(Float32Array.from(all), [operations.length, mostNumbers]);
  return {
    kindNumbers: gather(tf.tensor1d(kindNumbers, 'int32'), rows, 'int32'),
    numbers: gather(table, rows, 'float32'),
  };
}

/** {@link applyPixelOperations} of TensorFlow's own ops: every kind for every image, of which one is taken. */
export function composePixelOperations(images: Tensor4D, choices: PixelChoices): Tensor4D {
  const tf = tensorflow();
  const used = kinds.filter((kind) => choices.operations.some((one) => one.kind === kind));
  return tf.tidy(() => {
    const { kindNumbers, numbers } = gatherChosen(choices);
    const levels = images.clipByValue(0, topLevel).round() as Tensor4D;
    const shareOf = (row: number) => choices.shares.slice([0, row], [-1, 1]).reshape([-1, 1, 1, 1]);
    const rows = tf.unstack(kindNumbers, 1);
    const mixed = tf.unstack(numbers, 1).reduce(
      (sum: Tensor, numbersOfRow, row) => {
        const chosen = { kindNumbers: rows[row] as Tensor, numbers: numbersOfRow, used };
        return sum.add(composeRow(levels, chosen).mul(shareOf(row + 1)));
      },
      levels.mul(shareOf(0)),
    );
    return wholeLevels(mixed as Tensor4D);
  });
}

interface ChosenRow {
  /** Shape: int32 [N, slots]. */
  readonly kindNumbers: Tensor;
  /** Shape: float32 [N, slots, 7]. */
  readonly numbers: Tensor;
  readonly used: readonly PixelKind[];
}

function composeRow(levels: Tensor4D, { kindNumbers, numbers, used }: ChosenRow): Tensor4D {
  const tf = tensorflow();
  const kindOf = tf.unstack(kindNumbers, 1);
  return tf.unstack(numbers, 1).reduce<Tensor4D>((before, numbersOfSlot, slot) => {
    const parts = tf.unstack(numbersOfSlot.expandDims(1), 2);
    return used.reduce((now, kind) => {
      if (kind === 'identity') return now;
      const isChosen = (kindOf[slot] as Tensor).equal(tf.scalar(kinds.indexOf(kind), 'int32'));
      return selectImages(isChosen, compositions[kind](before, parts), now);
    }, before);
  }, levels);
}

/** An operation on whole levels. `numbers` are float32 [N, 1] each. */
type Composition = (levels: Tensor4D, numbers: readonly Tensor[]) => Tensor4D;

const compositions: Readonly<Record<Exclude<PixelKind, 'identity'>, Composition>> = {
  nearest: (levels, numbers) => move(levels, numbers, 'nearest'),
  bilinear: (levels, numbers) => move(levels, numbers, 'bilinear').round(),
  brightness: (levels, numbers) => brighten(levels, perImage(numbers, 0)).floor(),
  color: (levels, numbers) =>
    levels.shape[3] === 3
      ? blend(levels, greyOf(levels).floor(), perImage(numbers, 0)).floor()
      : levels,
  contrast: (levels, numbers) => {
    const mean = greyOf(levels).floor().mean([1, 2, 3], true);
    return blend(levels, mean, perImage(numbers, 0)).floor();
  },
  sharpness: (levels, numbers) => {
    const smooth = smoothInside(levels).round();
    return wholeLevels(levels.add(smooth.sub(levels).mul<Tensor4D>(perImage(numbers, 1))));
  },
  posterize: (levels, numbers) => {
    const bits = perImage(numbers, 0).log().div(Math.LN2).round().neg().add(8);
    return posterizeLevels(levels, bits);
  },
  solarize: (levels, numbers) => solarizeLevels(levels, perImage(numbers, 0)),
  'solarize-add': (levels, numbers) => {
    const isDark = levels.less(perImage(numbers, 1));
    const added = levels.add(perImage(numbers, 0)).clipByValue(0, topLevel);
    return selectImages(isDark, added as Tensor4D, levels);
  },
  'auto-contrast': (levels) => {
    const [low, high] = [levels.min([1, 2]), levels.max([1, 2])].map((end) => end.expandDims(2));
    const ends = { low: low as Tensor, high: high as Tensor };
    return lookUp(levels, wholeLevels(stretchLevels(levelRamp(), ends)));
  },
  equalize: (levels) => lookUp(levels, equalizeTables.torchvision(countLevels(levels))),
  invert: (levels) => invertLevels(levels),
};

function perImage(numbers: readonly Tensor[], place: number): Tensor {
  return (numbers[place] as Tensor).reshape([-1, 1, 1, 1]);
}

function move(
  levels: Tensor4D,
  numbers: readonly Tensor[],
  interpolation: 'nearest' | 'bilinear',
): Tensor4D {
  const tf = tensorflow();
  const [, height, width] = levels.shape;
  const [a, b, c, d, e, f, fill] = numbers.map((number) => number.reshape([-1, 1, 1]));
  const along = tf
    .range(0, width)
    .sub((width - 1) / 2)
    .reshape([1, 1, width]);
  const down = tf
    .range(0, height)
    .sub((height - 1) / 2)
    .reshape([1, height, 1]);
  // The order decides where a place is half way between two pixels.
  const place = ([x, y, z]: (Tensor | undefined)[], size: number) =>
    along
      .mul(x as Tensor)
      .add(down.mul(y as Tensor))
      .add(z as Tensor)
      .add(1)
      .mul(size / 2)
      .sub(0.5);
  const places = { columns: place([a, b, c], width), rows: place([d, e, f], height) };
  // Only the fill differs between images: it is added to what is read with nothing outside.
  const read = warpImages(levels, places, { fillValue: 0, interpolation });
  const covered = warpImages(tf.onesLike(levels), places, { fillValue: 0, interpolation });
  return read.add(
    covered
      .neg()
      .add(1)
      .mul((fill as Tensor).reshape([-1, 1, 1, 1])),
  );
}
