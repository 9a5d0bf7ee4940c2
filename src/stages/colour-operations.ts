import { type Tensor, type Tensor3D, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { levelRamp, topLevel } from './levels.js';

// Operations on levels, 0..255. What they do to a level they do to images [N, H, W, C], with numbers an image as
// [N, 1, 1, 1], and to the ramp of all levels, with numbers an image as [N, 1, 1] or [N, C, 1]: that gives a table.

/** Formula: clip(v f). */
export function brighten<Levels extends Tensor>(levels: Levels, factor: Tensor): Levels {
  return clipLevels(levels.mul(factor));
}

/**
 * Mixes levels with others; a factor above 1 moves away from them.
 * Formula: clip(other + (v - other) f): v itself where both are the same, whatever rounding does.
 */
export function blend<Levels extends Tensor>(
  levels: Levels,
  other: Tensor,
  factor: Tensor,
): Levels {
  return clipLevels(levels.sub(other).mul(factor).add(other)) as Levels;
}

/** Formula: 255 - v. */
export function invertLevels<Levels extends Tensor>(levels: Levels): Levels {
  return levels.neg().add(topLevel);
}

/** Inverts what is as bright as the threshold or brighter. Formula: v < t ? v : 255 - v. */
export function solarizeLevels<Levels extends Tensor>(levels: Levels, threshold: Tensor): Levels {
  return tensorflow().where(levels.less(threshold), levels, invertLevels(levels)) as Levels;
}

/**
 * Keeps the highest bits of whole levels; with 0 bits all become 0.
 * Formula: s floor(v / s), s = 2^(8 - bits).
 */
export function posterizeLevels<Levels extends Tensor>(levels: Levels, bits: Tensor): Levels {
  const step = tensorflow().pow(2, bits.neg().add(8));
  return levels.div(step).floor().mul(step);
}

/** Formula: 255 (v / 255)^gamma, of levels within 0..255. */
export function applyGamma<Levels extends Tensor>(levels: Levels, gamma: Tensor): Levels {
  return clipLevels(levels).div(topLevel).pow<Levels>(gamma).mul(topLevel);
}

/**
 * Stretches levels so that `low` becomes 0 and `high` becomes 255; where they are the same, nothing changes.
 * Formula: clip((v - low) / ((high - low) / 255)), in this order, as in torchvision.
 */
export function stretchLevels<Levels extends Tensor>(
  levels: Levels,
  { low, high }: { readonly low: Tensor; readonly high: Tensor },
): Levels {
  const tf = tensorflow();
  const width = high.sub(low);
  const isFlat = width.lessEqual(0);
  const divisor = tf.where(isFlat, tf.onesLike(width), width.mul(1 / topLevel));
  const offset = tf.where(isFlat, tf.zerosLike(low), low);
  return clipLevels(levels.sub(offset).div<Levels>(divisor));
}

/**
 * Makes the tables that spread an image's levels evenly.
 * Shape: counts of `countLevels`, float32 [N, C, 256], to tables of the same shape.
 */
export const equalizeTables = {
  /**
   * Formula: with n pixels, m of them at the highest level that occurs, s = floor((n - m) / 255) and c(v) the pixels below v:
   * floor((c(v) + floor(s / 2)) / s); where s is 0, v.
   * Source: Pillow's ImageOps.equalize, and torchvision's.
   */
  torchvision(counts: Tensor3D): Tensor {
    const tf = tensorflow();
    const upTo = counts.cumsum(2);
    const total = counts.sum(2, true);
    const belowHighest = tf.where(upTo.less(total), upTo, tf.zerosLike(upTo)).max(2, true);
    const step = belowHighest.div(topLevel).floor();
    const isFlat = step.equal(0);
    const safe = tf.where(isFlat, tf.onesLike(step), step);
    const below = upTo.sub(counts);
    const spread = below.add(safe.div(2).floor()).div(safe).floor();
    return tf.where(isFlat, levelRamp(), spread.clipByValue(0, topLevel));
  },
  /**
   * Formula: with c(v) the pixels up to v and c0 those at the lowest level that occurs:
   * round((c(v) - c0) 255 / (n - c0)), half to even; an image of one level stays as it is.
   * Source: Keras' Equalization, and OpenCV's equalizeHist.
   */
  keras(counts: Tensor3D): Tensor {
    const tf = tensorflow();
    const upTo = counts.cumsum(2);
    const total = counts.sum(2, true);
    const lowest = tf.where(upTo.greater(0), upTo, total).min(2, true);
    const width = total.sub(lowest);
    const isFlat = width.equal(0);
    const safe = tf.where(isFlat, tf.onesLike(width), width);
    const spread = upTo.sub(lowest).mul(topLevel).div(safe).round();
    return tf.where(isFlat, levelRamp(), spread.clipByValue(0, topLevel));
  },
};

/** Weights of red, green and blue in a grey value. Source: torchvision and Keras; their sum is 0.9999. */
const greyWeights = [0.2989, 0.587, 0.114] as const;

/**
 * Returns the grey of each pixel, repeated for each channel; images of one channel are grey already.
 * Shape: float32 [N, H, W, C] to the same. Formula: 0.2989 r + 0.587 g + 0.114 b.
 */
export function greyOf(images: Tensor4D): Tensor4D {
  const [, , , channels] = images.shape;
  if (channels !== 3) return images;
  const tf = tensorflow();
  const weights = greyWeights.flatMap((weight) => [weight, weight, weight]);
  // Three sums a pixel in one go: taking the channels apart and together takes TensorFlow four times as long.
  const grey = tf.matMul(images.reshape([-1, 3]), tf.tensor2d(weights, [3, 3]));
  return grey.reshape(images.shape);
}

function clipLevels<Levels extends Tensor>(levels: Levels): Levels {
  return levels.clipByValue(0, topLevel) as Levels;
}
