import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { factorOption, symmetricRange } from './factor.js';
import { createKerasRandAugment } from './keras-rand-augment.js';
import type { PixelOperation } from './pixel-operations.js';
import {
  createOperation,
  type PolicySetting,
  policyOperations,
  reaches,
  strengthOf,
  timmLevels,
  timmOperations,
  timmStrength,
} from './policy-operations.js';
import {
  bothSigns,
  createPolicyOptions,
  createPolicyStage,
  signedPlace,
  wholeDraw,
} from './policy-stage.js';
import { type Draw, defineStage, drawn } from './stage.js';

/** Steps from the weakest to the strongest, where none are given. Source: each library. */
const usualBins = { torchvision: 31, timm: timmLevels + 1 } as const;

/** Levels of timm that are drawn are rounded to so many parts of one: operations are made before they are drawn. */
const levelParts = 100;

/** The strength, where none is given. Source: torchvision, and timm's recipes. */
const usualMagnitude = 9;

/** The same of Keras, as the upper end of what is drawn. */
const usualFactor = 0.5;

/** The probability with which a chosen operation is done, where none is given. Source: each library. */
const usualProbability = { torchvision: 1, timm: 0.5 } as const;

/**
 * Does to each image a few operations of a list, each as often, all at one strength.
 * Formula: for each of `operations`: floor(operation) names it, with operation drawn from [0, 14), timm [0, 15); where it has a
 * sign it is negated if sign <= 1/2; it is done if apply <= probability, both drawn from [0, 1).
 * Source: Cubuk et al. 2019, https://arxiv.org/abs/1909.13719, in torchvision's form (31 bins, each operation done) or in timm's
 * (levels of 10, each done with probability 1/2, invert and solarize-add but no identity), whose bicubic reads are not here. With
 * `magnitudeStd` s each operation of an image has a level of its own, magnitude + s n, n a normal number, cut off to 0..10; in
 * hundredths, where timm does not round.
 * Keras' layer of this name does other things: {@link createKerasRandAugment}.
 */
export const randAugment = defineStage({
  options: z
    .strictObject({
      name: z.literal('rand-augment'),
      dialect: z
        .enum(['torchvision', 'timm', 'keras'])
        .default('torchvision')
        .describe('Whose operations and strengths: docs/dialects.md says how they differ.'),
      operations: z.int().min(1).max(14).default(2).describe('How many operations an image gets.'),
      magnitude: z
        .number()
        .min(0)
        .exactOptional()
        .describe(
          'How strong they are: torchvision a place among the bins, timm a level of 10. Default: 9.',
        ),
      factor: factorOption(z.number().min(0).max(1))
        .exactOptional()
        .describe(
          'Only keras: the strength is drawn from 0 to this, or from a pair [low, high]. Default: 0.5.',
        ),
      per: z
        .enum(['batch', 'image'])
        .exactOptional()
        .describe('Only keras: who shares a choice of operations. Default: "batch".'),
      bins: z
        .int()
        .min(2)
        .max(1001)
        .exactOptional()
        .describe('Only torchvision: steps from the weakest to the strongest. Default: 31.'),
      increasing: z
        .boolean()
        .exactOptional()
        .describe(
          'Only timm: whether a higher level always changes an image more ("inc1"). Default: true.',
        ),
      magnitudeStd: z
        .number()
        .min(0)
        .max(100)
        .exactOptional()
        .describe(
          'Only timm: the deviation of the level, which each operation of an image then draws ("mstd"). Default: 0.',
        ),
      probability: z
        .number()
        .min(0)
        .max(1)
        .exactOptional()
        .describe(
          'Not keras: the share of the chosen operations that are done. Default: 1, timm 0.5.',
        ),
      ...createPolicyOptions('nearest'),
      interpolation: z
        .enum(['nearest', 'bilinear'])
        .exactOptional()
        .describe(
          'How values between pixels are read where images are turned, slanted or moved. Default: "nearest", keras "bilinear".',
        ),
      fillValue: z
        .number()
        .exactOptional()
        .describe(
          'Not keras, which reflects: what lies outside of an image that is turned, slanted or moved. Default: 0.',
        ),
    })
    .superRefine(refuseContradictions)
    .overwrite(fillDefaults)
    .describe('Does to each training image a few operations of a list, all at one strength.')
    .meta({
      examples: [
        { name: 'rand-augment' },
        { name: 'rand-augment', dialect: 'timm', magnitude: 7, fillValue: 128 },
        { name: 'rand-augment', dialect: 'timm', magnitudeStd: 0.5, fillValue: 128 },
        { name: 'rand-augment', dialect: 'keras', factor: 0.3 },
        { name: 'rand-augment', dialect: 'keras', per: 'image' },
      ],
    }),
  create(given) {
    const { dialect, operations, interpolation = 'nearest', valueRange } = given;
    if (dialect === 'keras') {
      const { factor = usualFactor, per = 'batch' } = given;
      const bounds = typeof factor === 'number' ? ([0, factor] as const) : symmetricRange(factor);
      return createKerasRandAugment({
        operations,
        factor: bounds,
        per,
        interpolation,
        valueRange,
      });
    }
    const { magnitude = usualMagnitude, bins, increasing = true, magnitudeStd = 0 } = given;
    const { probability, fillValue = 0 } = given;
    const names = dialect === 'timm' ? timmOperations : policyOperations;
    const count = names.length;
    const most = (bins ?? usualBins[dialect]) - 1;
    const share = probability ?? usualProbability[dialect];
    const levels = magnitudeStd > 0 ? everyLevel : [magnitude];
    const list = (setting: PolicySetting): PixelOperation[] =>
      dialect === 'timm'
        ? listTimm(levels, increasing, { ...setting, shifts: 'any' })
        : listTorchvision(magnitude, most + 1, setting);
    const chooseLevels = (draw: Draw): Tensor =>
      drawn(draw, 'magnitude')
        .mul(magnitudeStd)
        .add(magnitude)
        .clipByValue(0, timmLevels)
        .mul(levelParts)
        .round()
        .cast('int32');
    return createPolicyStage(
      {
        formula: `${operations} of ${count} operations at ${magnitude}${magnitudeStd > 0 ? ` ± ${magnitudeStd}` : ''} of 0..${most}${share < 1 ? `, each done with a probability of ${share}` : ''}`,
        draw(random, images) {
          const draw = (name: string, high: number) =>
            random.uniform(name, { shape: [images, operations], low: 0, high });
          const done = share < 1 ? { apply: draw('apply', 1) } : {};
          const shape = [images, operations];
          const drawnLevels =
            magnitudeStd > 0 ? { magnitude: random.normal('magnitude', { shape }) } : {};
          return {
            operation: draw('operation', count),
            sign: draw('sign', 1),
            ...drawnLevels,
            ...done,
          };
        },
        operations: (setting) => [createOperation('identity', 0, setting), ...list(setting)],
        choose(draw) {
          const tf = tensorflow();
          const first = wholeDraw(draw, 'operation', count).mul<Tensor>(
            tf.scalar(levels.length, 'int32'),
          );
          const place = magnitudeStd > 0 ? first.add<Tensor>(chooseLevels(draw)) : first;
          const chosen = signedPlace(place, draw).add(tf.scalar(1, 'int32'));
          if (share === 1) return chosen;
          // The first of all operations does nothing.
          return chosen.mul(drawn(draw, 'apply').lessEqual(share).cast('int32'));
        },
      },
      { interpolation, fillValue, valueRange },
    );
  },
});

interface Given {
  readonly dialect: 'torchvision' | 'timm' | 'keras';
  readonly magnitude?: number;
  readonly bins?: number;
  readonly interpolation?: 'nearest' | 'bilinear';
  readonly fillValue?: number;
}

/** Options that not every dialect has, and those that have them. */
const belongsTo = {
  magnitude: ['torchvision', 'timm'],
  bins: ['torchvision'],
  increasing: ['timm'],
  magnitudeStd: ['timm'],
  probability: ['torchvision', 'timm'],
  fillValue: ['torchvision', 'timm'],
  factor: ['keras'],
  per: ['keras'],
} as const;

function refuseContradictions(given: Given, context: z.RefinementCtx): void {
  const refuse = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  for (const [key, dialects] of Object.entries(belongsTo)) {
    if (!(key in given) || (dialects as readonly string[]).includes(given.dialect)) continue;
    const owners = dialects.map((dialect) => `"${dialect}"`).join(' and ');
    refuse(key, `must be left out with the dialect "${given.dialect}"; it belongs to ${owners}`);
  }
  const { dialect, magnitude = usualMagnitude, bins } = given;
  if (dialect === 'keras') return;
  const most = (bins ?? usualBins[dialect]) - 1;
  if (magnitude > most) refuse('magnitude', `must be at most ${most}`);
  if (dialect === 'torchvision' && !Number.isInteger(magnitude)) {
    refuse('magnitude', 'must be a whole number with the dialect "torchvision"');
  }
}

/** Makes the defaults part of the options, as far as the dialect has them: what a trial is known by names its numbers. */
function fillDefaults<Options extends Given>(given: Options): Options {
  if (given.dialect === 'keras') return { interpolation: 'bilinear', ...given };
  return { magnitude: usualMagnitude, interpolation: 'nearest', fillValue: 0, ...given };
}

function listTorchvision(bin: number, bins: number, setting: PolicySetting): PixelOperation[] {
  return policyOperations.flatMap((name) => {
    const { isSigned, magnitudes } = strengthOf(name, reaches['rand-augment'](setting), bins);
    return bothSigns(isSigned, (sign) =>
      createOperation(name, sign * (magnitudes[bin] ?? 0), setting),
    );
  });
}

/** All levels that can be drawn. */
const everyLevel = Array.from(
  { length: timmLevels * levelParts + 1 },
  (_, place) => place / levelParts,
);

/** Each operation at each level, with both signs. */
function listTimm(
  levels: readonly number[],
  increasing: boolean,
  setting: PolicySetting,
): PixelOperation[] {
  return timmOperations.flatMap((name) =>
    levels.flatMap((level) => {
      const { isSigned, magnitude } = timmStrength(name, level, { increasing, setting });
      return bothSigns(isSigned, (sign) => createOperation(name, sign * magnitude, setting));
    }),
  );
}
