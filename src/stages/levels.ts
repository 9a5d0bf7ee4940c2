import { levelCount, wholeLevels } from '../graph/look-up.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import type { ValueRange } from './stage.js';

/** The highest level; the lowest is 0. */
export const topLevel = levelCount - 1;

/** More than scaling rounds, as in 3 / 255 * 255, and less than anyone sees. */
export const levelSlack = 2 ** -10;

/**
 * Scales images so that their value range becomes 0..255, the levels that most colour operations are defined on. Values
 * between whole levels stay between them; values outside of the range stay outside.
 * Formula: (x - low) * 255 / (high - low). Call it inside a tidy: images in 0..255 are returned themselves.
 */
export function toLevels(images: Tensor4D, [low, high]: ValueRange): Tensor4D {
  if (low === 0 && high === topLevel) return images;
  const shifted = low === 0 ? images : images.sub<Tensor4D>(low);
  return shifted.mul(topLevel / (high - low));
}

/** Scales levels back to the value range. Formula: v / 255 * (high - low) + low. */
export function fromLevels(levels: Tensor4D, [low, high]: ValueRange): Tensor4D {
  if (low === 0 && high === topLevel) return levels;
  const scaled = levels.div<Tensor4D>(topLevel / (high - low));
  return low === 0 ? scaled : scaled.add(low);
}

/** Returns images as whole levels, 0..255, in float32; a level that scaling put just below a whole number is that number. */
export function toWholeLevels(images: Tensor4D, range: ValueRange): Tensor4D {
  const levels = toLevels(images, range);
  return wholeLevels(levels === images ? levels : levels.add<Tensor4D>(levelSlack));
}

/** All levels, 0 to 255: an operation on it makes a table for `lookUp`. Shape: float32 [1, 1, 256]. */
export function levelRamp(): Tensor {
  return tensorflow().range(0, levelCount, 1, 'float32').reshape([1, 1, levelCount]);
}
