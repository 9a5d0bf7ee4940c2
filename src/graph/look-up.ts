import { attribute, runKernel } from './native-backend.js';
import { hasOwnKernels } from './own-kernels.js';
import { type Tensor, type Tensor3D, type Tensor4D, tensorflow } from './tensorflow.js';

/** How many levels a table has: one for each value of a byte. */
export const levelCount = 256;

const T = attribute.type('float32');

/** Cuts levels off to whole ones within 0..255. Shape: float32, any, to the same. */
export function wholeLevels<Levels extends Tensor>(levels: Levels): Levels {
  return levels.clipByValue(0, levelCount - 1).floor() as Levels;
}

/**
 * Replaces each value of each image by what the image's table says. Levels are cut off to whole ones within 0..255.
 * Shape: levels float32 [N, H, W, C]; tables float32 [N, C, 256], where N or C may be 1: one for all; the result float32
 * [N, H, W, C].
 * Formula: output(n, y, x, c) = tables(n, c, floor(levels(n, y, x, c))).
 */
export function lookUp(levels: Tensor4D, tables: Tensor): Tensor4D {
  if (!hasOwnKernels()) return composedLookUp(levels, tables);
  const inputs = [levels, tables];
  return runKernel({ name: 'PrepLabLookUp', attributes: { T }, inputs }) as Tensor4D;
}

/** {@link lookUp} of TensorFlow's own ops. */
export function composedLookUp(levels: Tensor4D, tables: Tensor): Tensor4D {
  const [count, , , channels] = levels.shape;
  return tensorflow().tidy(() =>
    lookUpByPlace(
      levels,
      tables.broadcastTo([count, channels, levelCount]),
      (place) => place % channels,
    ),
  );
}

/**
 * Replaces each value by what a table says that its place in the image chooses.
 * Shape: levels float32 [N, H, W, C]; tables float32 [N, T, 256]; `tableAt` gives for each of the H W C places of an image one
 * of the T tables; the result float32 [N, H, W, C].
 */
export function lookUpByPlace(
  levels: Tensor4D,
  tables: Tensor,
  tableAt: (place: number) => number,
): Tensor4D {
  const [count, tableCount] = tables.shape as [number, number, number];
  return tensorflow().tidy(() =>
    runKernel({
      name: 'GatherV2',
      attributes: {
        batch_dims: attribute.int(1),
        Tparams: T,
        Tindices: attribute.type('int32'),
        Taxis: attribute.type('int32'),
      },
      inputs: [
        tables.reshape([count, tableCount * levelCount]),
        placesOf(levels, tableAt),
        tensorflow().scalar(1, 'int32'),
      ],
    }).reshape<Tensor4D>(levels.shape),
  );
}

/**
 * Returns one table that does what two do one after the other.
 * Shape: `first` float32 [N, C, 256] of levels, `second` the same, where any N or C may be 1; the result float32 with the
 * larger ones. Formula: result(v) = second(floor(first(v))).
 */
export function composeTables(first: Tensor, second: Tensor): Tensor3D {
  const [count, channels] = [0, 1].map((axis) =>
    Math.max(first.shape[axis] ?? 1, second.shape[axis] ?? 1),
  ) as [number, number];
  return tensorflow().tidy(() => {
    // Images of one channel and one row of 256 pixels, which an image and a channel have each.
    const rows = (table: Tensor): Tensor =>
      table.broadcastTo([count, channels, levelCount]).reshape([count * channels, 1, levelCount]);
    const images = rows(first).expandDims<Tensor4D>(3);
    return lookUp(images, rows(second)).reshape<Tensor3D>([count, channels, levelCount]);
  });
}

/**
 * Counts how often each level stands in each channel of each image. Levels are cut off to whole ones within 0..255.
 * Shape: float32 [N, H, W, C] to float32 [N, C, 256].
 */
export function countLevels(levels: Tensor4D): Tensor3D {
  if (!hasOwnKernels()) return composedCountLevels(levels);
  return runKernel({
    name: 'PrepLabCountLevels',
    attributes: { T },
    inputs: [levels],
  }) as Tensor3D;
}

/**
 * {@link countLevels} of TensorFlow's own ops: how often each pair of a level's upper and lower half stands there, as a
 * product of matrices. All in it is whole and exact, so that it repeats on a GPU, where DenseBincount refuses to. It takes 32
 * numbers of memory for each of the levels.
 */
export function composedCountLevels(levels: Tensor4D): Tensor3D {
  const tf = tensorflow();
  const [count, height, width, channels] = levels.shape;
  return tf.tidy(() => {
    const whole = wholeLevels(levels)
      .transpose([0, 3, 1, 2])
      .reshape([count * channels, height * width]);
    const upper = whole.div(halfLevelCount).floor();
    const lower = whole.sub(upper.mul(halfLevelCount));
    return tf
      .matMul(chooseHalf(upper), chooseHalf(lower), true)
      .reshape<Tensor3D>([count, channels, levelCount]);
  });
}

/** Of the levels' upper and of their lower four bits. */
const halfLevelCount = 16;

/** One-hot. Shape: [N, M], whole, to [N, M, 16]. */
function chooseHalf(half: Tensor): Tensor3D {
  return tensorflow().oneHot(half.cast('int32'), halfLevelCount, 1, 0, 'float32') as Tensor3D;
}

/** Where each value stands in the tables of its image, laid one behind another. Shape: [N, H, W, C] to int32 [N, H W C]. */
function placesOf(levels: Tensor4D, tableAt: (place: number) => number): Tensor {
  const [count, height, width, channels] = levels.shape;
  const size = height * width * channels;
  // In float32, which holds them exactly: of int32, TensorFlow adds in the machine's memory where a GPU computes.
  const whole = wholeLevels(levels).reshape([count, size]);
  // Spread over a whole image, so that nothing is repeated along an axis of three.
  const starts = Float32Array.from({ length: size }, (_, place) => tableAt(place) * levelCount);
  return whole.add(tensorflow().tensor2d(starts, [1, size])).cast('int32');
}
