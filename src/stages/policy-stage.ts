import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { fromLevels, toLevels } from './levels.js';
import { applyPixelOperations, onlyRow, type PixelOperation } from './pixel-operations.js';
import type { PolicySetting } from './policy-operations.js';
import {
  type Draw,
  drawn,
  type ImageShape,
  type RandomSource,
  type Stage,
  type ValueRange,
} from './stage.js';
import { valueRangeOption } from './value-range.js';

/** Makes the options that all policies have. */
export const createPolicyOptions = (interpolation: PolicySetting['interpolation']) => ({
  interpolation: z
    .enum(['nearest', 'bilinear'])
    .default(interpolation)
    .describe('How values between pixels are read where a policy turns, slants or moves images.'),
  fillValue: z
    .number()
    .default(0)
    .describe('What lies outside of an image that is turned, slanted or moved.'),
  valueRange: valueRangeOption
    .default([0, 255])
    .describe(
      'The range of the incoming values, [low, high]; they are rounded to the 256 levels of it.',
    ),
});

interface PolicyOptions {
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fillValue: number;
  readonly valueRange: ValueRange;
}

/** What tells one policy from another. */
export interface PolicyParts {
  readonly formula: string;
  draw(random: RandomSource, count: number): Draw;
  /** All that can be done to an image. */
  operations(setting: PolicySetting): readonly PixelOperation[];
  /** Which operations an image gets, in their order. Shape: int32 [N, slots]. */
  choose(draw: Draw): Tensor;
  /** See {@link Stage.traps}. */
  traps?(input: ImageShape): readonly string[];
}

/** Creates a stage that does to each image operations of its own. */
export function createPolicyStage(parts: PolicyParts, options: PolicyOptions): Omit<Stage, 'name'> {
  const { valueRange } = options;
  return {
    when: 'train',
    formula: `${parts.formula}; in levels of 0..255, read ${options.interpolation}, outside: ${options.fillValue}`,
    expects: valueRange,
    gives: () => valueRange,
    ...(parts.traps && { traps: parts.traps }),
    draw: parts.draw,
    apply(images, { draw }) {
      const [, height, width, channels] = images.shape;
      const setting = createSetting({ height, width, channels }, options);
      return tensorflow().tidy(() => {
        const changed = applyPixelOperations(toLevels(images, valueRange), {
          operations: parts.operations(setting),
          rows: parts.choose(draw).expandDims(1),
          shares: onlyRow(images.shape[0]),
        });
        return fromLevels(changed, valueRange);
      });
    },
  };
}

/** Returns what operations need to know of images of this shape. */
export function createSetting(
  { height, width }: ImageShape,
  { interpolation, fillValue, valueRange: [low, high] }: PolicyOptions,
): PolicySetting {
  return { height, width, interpolation, fill: ((fillValue - low) / (high - low)) * 255 };
}

/** A draw from [0, count) as a whole number; `count` itself, which may be given, is the last. Shape: kept; int32. */
export function wholeDraw(draw: Draw, name: string, count: number): Tensor {
  return drawn(draw, name)
    .floor()
    .clipByValue(0, count - 1)
    .cast('int32');
}

/**
 * Where the operation stands that {@link bothSigns} made of the one at each place.
 * Formula: 2 place, and one more where it is negated: sign <= 1/2. Shape: int32, that of `sign`. Source: torchvision.
 */
export function signedPlace(places: Tensor, draw: Draw): Tensor {
  const isNegated = drawn(draw, 'sign').lessEqual(0.5).cast('int32');
  return places.mul<Tensor>(tensorflow().scalar(2, 'int32')).add(isNegated);
}

/** An operation as it is, and negated where its magnitude has a sign. */
export function bothSigns(
  isSigned: boolean,
  create: (sign: 1 | -1) => PixelOperation,
): readonly [PixelOperation, PixelOperation] {
  return [create(1), create(isSigned ? -1 : 1)];
}
