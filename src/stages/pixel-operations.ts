import { countLevels, lookUp } from '../graph/look-up.js';
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
import { levelRamp, topLevel, wholeLevels } from './levels.js';
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

/**
 * Does to each image the operations that its row of `choices` names, one after the other. Values are rounded to whole levels
 * first; each operation leaves whole levels.
 * Shape: images float32 [N, H, W, C], 0..255; choices int32 [N, slots], places in `operations`.
 * Source: torchvision 0.28's functions for uint8 tensors. Without prep-lab's own kernels products and sums are rounded apart:
 * some values then lie one level beside.
 */
export function applyPixelOperations(
  images: Tensor4D,
  choices: Tensor,
  operations: readonly PixelOperation[],
): Tensor4D {
  if (!hasOwnKernels()) return composePixelOperations(images, choices, operations);
  return tensorflow().tidy(() => {
    const { numberOfKind, numbers } = gatherChosen(choices, operations);
    return runKernel({
      name: 'PrepLabPixelOperations',
      attributes: { T: attribute.type('float32') },
      inputs: [images, numberOfKind, numbers],
    }) as Tensor4D;
  });
}

/** Shape: int32 [N, slots] and float32 [N, slots, 7]. */
function gatherChosen(choices: Tensor, operations: readonly PixelOperation[]) {
  const tf = tensorflow();
  const kindNumbers = operations.map(({ kind }) => kinds.indexOf(kind));
  const rows = operations.flatMap(({ numbers }) => {
    return [...numbers, ...Array<number>(mostNumbers - numbers.length).fill(0)];
  });
  const table = tf.tensor2d(Float32Array.from(rows), [operations.length, mostNumbers]);
  return {
    numberOfKind: gather(tf.tensor1d(kindNumbers, 'int32'), choices, 'int32'),
    numbers: gather(table, choices, 'float32'),
  };
}

/** {@link applyPixelOperations} of TensorFlow's own ops: every kind for every image, of which one is taken. */
export function composePixelOperations(
  images: Tensor4D,
  choices: Tensor,
  operations: readonly PixelOperation[],
): Tensor4D {
  const tf = tensorflow();
  const used = kinds.filter((kind) => operations.some((one) => one.kind === kind));
  const [count, slots] = choices.shape as [number, number];
  return tf.tidy(() => {
    const { numberOfKind, numbers } = gatherChosen(choices, operations);
    let levels = images.clipByValue(0, topLevel).round() as Tensor4D;
    for (let slot = 0; slot < slots; slot++) {
      const chosen = numberOfKind.slice([0, slot], [count, 1]).reshape([count]);
      const parts = tf.unstack(numbers.slice([0, slot, 0], [count, 1, mostNumbers]), 2);
      const before = levels;
      for (const kind of used) {
        if (kind === 'identity') continue;
        const isChosen = chosen.equal(tf.scalar(kinds.indexOf(kind), 'int32'));
        levels = selectImages(isChosen, compositions[kind](before, parts), levels);
      }
    }
    return levels;
  });
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
