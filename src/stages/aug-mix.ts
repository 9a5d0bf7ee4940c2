import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { fromLevels, toLevels } from './levels.js';
import { applyPixelOperations, type PixelOperation } from './pixel-operations.js';
import {
  createOperation,
  type PolicyOperation,
  type PolicySetting,
  reaches,
  strengthOf,
} from './policy-operations.js';
import {
  bothSigns,
  createPolicyOptions,
  createSetting,
  signedPlace,
  wholeDraw,
} from './policy-stage.js';
import { type Draw, defineStage, drawn } from './stage.js';

/** In torchvision's order; the last four are like corruptions of CIFAR-10-C. */
const allOperations = [
  'shear-x',
  'shear-y',
  'translate-x',
  'translate-y',
  'rotate',
  'posterize',
  'solarize',
  'auto-contrast',
  'equalize',
  'brightness',
  'color',
  'contrast',
  'sharpness',
] as const satisfies readonly PolicyOperation[];

const bins = 10;

/** Operations in a row where no depth is given: 1 to 3. */
const mostDepth = 3;

/**
 * Mixes each image with others made of it, each by a few operations in a row.
 * Formula: m x + (1 - m) sum of w_i c_i, cut off to whole levels; c_i the image after the i-th row of operations, m and the w_i from
 * Dirichlet distributions with all parameters 1, drawn as -ln(1 - u) over their sum, u from [0, 1).
 * Source: Hendrycks et al. 2019, https://arxiv.org/abs/1912.02781, in torchvision's form: levels of strength below `severity` of 10
 * bins, "all" operations. The Jensen-Shannon loss is the recipe's `jensenShannon`.
 */
export const augMix = defineStage({
  options: z
    .strictObject({
      name: z.literal('aug-mix'),
      severity: z
        .int()
        .min(1)
        .max(bins)
        .default(3)
        .describe('Strengths are drawn below it, of 10.'),
      width: z.int().min(1).max(10).default(3).describe('How many images are mixed with each.'),
      depth: z
        .int()
        .min(1)
        .max(10)
        .nullable()
        .default(null)
        .describe('Operations in a row; null draws 1 to 3 for each.'),
      operations: z
        .enum(['all', 'without-corruptions'])
        .default('all')
        .describe(
          '"without-corruptions" leaves brightness, color, contrast and sharpness out, as the paper does.',
        ),
      ...createPolicyOptions('bilinear'),
    })
    .describe('Mixes each training image with others that operations in a row make of it.')
    .meta({ examples: [{ name: 'aug-mix' }] }),
  create({ severity, width, depth, operations, ...options }) {
    const names = operations === 'all' ? allOperations : allOperations.slice(0, -4);
    const slots = depth ?? mostDepth;
    const { valueRange } = options;
    return {
      when: 'train',
      makesVersions: true,
      formula: `mixed with ${width} images made by ${depth ?? `1 to ${mostDepth}`} operations each, of ${names.length}, strengths below ${severity} of ${bins}`,
      expects: valueRange,
      gives: () => valueRange,
      ...(operations === 'all' && { traps: () => [leak] }),
      draw(random, count) {
        const draw = (name: string, shape: number[], high = 1) =>
          random.uniform(name, { shape: [count, ...shape], low: 0, high });
        return {
          keep: draw('keep', [2]),
          share: draw('share', [width]),
          ...(depth === null && { depth: draw('depth', [width, 1], mostDepth) }),
          operation: draw('operation', [width, slots], names.length),
          bin: draw('bin', [width, slots], severity),
          sign: draw('sign', [width, slots]),
        };
      },
      apply(images, { draw }) {
        const [, height, columns, channels] = images.shape;
        const setting = createSetting({ height, width: columns, channels }, options);
        return tensorflow().tidy(() => {
          const mixed = applyPixelOperations(toLevels(images, valueRange), {
            operations: listOperations(names, severity, setting),
            rows: chooseRows(draw, { severity, operationCount: names.length }),
            shares: drawShares(draw),
          });
          return fromLevels(mixed, valueRange);
        });
      },
    };
  },
});

const leak =
  '"aug-mix" uses brightness, color, contrast and sharpness, as torchvision does; they are like corruptions of CIFAR-10-C, so the paper leaves them out ("operations": "without-corruptions").';

/** Nothing, then every operation at each strength with both signs. */
function listOperations(
  names: readonly PolicyOperation[],
  severity: number,
  setting: PolicySetting,
): PixelOperation[] {
  const all = names.flatMap((name) => {
    const { isSigned, magnitudes } = strengthOf(name, reaches['aug-mix'](setting), bins);
    return magnitudes
      .slice(0, severity)
      .flatMap((magnitude) =>
        bothSigns(isSigned, (sign) => createOperation(name, sign * magnitude, setting)),
      );
  });
  return [createOperation('identity', 0, setting), ...all];
}

interface Strengths {
  readonly severity: number;
  readonly operationCount: number;
}

/** Places in {@link listOperations}; 0 from a row's depth on. Shape: int32 [N, width, slots]. */
function chooseRows(draw: Draw, { severity, operationCount }: Strengths): Tensor {
  const tf = tensorflow();
  const int32 = (value: number) => tf.scalar(value, 'int32');
  const first = wholeDraw(draw, 'operation', operationCount).mul<Tensor>(int32(severity));
  const places = signedPlace(first.add(wholeDraw(draw, 'bin', severity)), draw).add<Tensor>(
    int32(1),
  );
  if (!('depth' in draw)) return places;
  const slot = tf.range(0, places.shape[2] as number, 1, 'int32');
  const isWithin = wholeDraw(draw, 'depth', mostDepth).greaterEqual(slot);
  return places.mul(isWithin.cast('int32'));
}

/** The image's own share, then that of each row. Shape: float32 [N, width + 1]. */
function drawShares(draw: Draw): Tensor {
  const divide = (name: string) => {
    const weights = drawn(draw, name).neg().add(1).log();
    return weights.div(weights.sum(1, true));
  };
  const [kept, given] = divide('keep').split(2, 1) as [Tensor, Tensor];
  return tensorflow().concat([kept, divide('share').mul(given)], 1);
}
