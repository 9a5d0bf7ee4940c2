import { z } from 'zod';
import { gather } from '../graph/resident.js';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import type { PixelOperation } from './pixel-operations.js';
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
  createPolicyStage,
  signedPlace,
  wholeDraw,
} from './policy-stage.js';
import { defineStage, drawn } from './stage.js';

/** What is done, to what share of the images, and at which of ten strengths (0 where it has none). */
type Step = readonly [name: PolicyOperation, probability: number, bin: number];

const bins = 10;

/** Two operations each, one after the other. Source: Cubuk et al. 2018, table 7, as torchvision and the authors' code have it. */
const cifar10: readonly (readonly [Step, Step])[] = [
  [
    ['invert', 0.1, 0],
    ['contrast', 0.2, 6],
  ],
  [
    ['rotate', 0.7, 2],
    ['translate-x', 0.3, 9],
  ],
  [
    ['sharpness', 0.8, 1],
    ['sharpness', 0.9, 3],
  ],
  [
    ['shear-y', 0.5, 8],
    ['translate-y', 0.7, 9],
  ],
  [
    ['auto-contrast', 0.5, 0],
    ['equalize', 0.9, 0],
  ],
  [
    ['shear-y', 0.2, 7],
    ['posterize', 0.3, 7],
  ],
  [
    ['color', 0.4, 3],
    ['brightness', 0.6, 7],
  ],
  [
    ['sharpness', 0.3, 9],
    ['brightness', 0.7, 9],
  ],
  [
    ['equalize', 0.6, 0],
    ['equalize', 0.5, 0],
  ],
  [
    ['contrast', 0.6, 7],
    ['sharpness', 0.6, 5],
  ],
  [
    ['color', 0.7, 7],
    ['translate-x', 0.5, 8],
  ],
  [
    ['equalize', 0.3, 0],
    ['auto-contrast', 0.4, 0],
  ],
  [
    ['translate-y', 0.4, 3],
    ['sharpness', 0.2, 6],
  ],
  [
    ['brightness', 0.9, 6],
    ['color', 0.2, 8],
  ],
  [
    ['solarize', 0.5, 2],
    ['invert', 0, 0],
  ],
  [
    ['equalize', 0.2, 0],
    ['auto-contrast', 0.6, 0],
  ],
  [
    ['equalize', 0.2, 0],
    ['equalize', 0.6, 0],
  ],
  [
    ['color', 0.9, 9],
    ['equalize', 0.6, 0],
  ],
  [
    ['auto-contrast', 0.8, 0],
    ['solarize', 0.2, 8],
  ],
  [
    ['brightness', 0.1, 3],
    ['color', 0.7, 0],
  ],
  [
    ['solarize', 0.4, 5],
    ['auto-contrast', 0.9, 0],
  ],
  [
    ['translate-y', 0.9, 9],
    ['translate-y', 0.7, 9],
  ],
  [
    ['auto-contrast', 0.9, 0],
    ['solarize', 0.8, 3],
  ],
  [
    ['equalize', 0.8, 0],
    ['invert', 0.1, 0],
  ],
  [
    ['translate-y', 0.7, 9],
    ['auto-contrast', 0.9, 0],
  ],
];

/**
 * Does to each image one of 25 pairs of operations that a search found for CIFAR-10.
 * Formula: floor(policy) names the pair, drawn from [0, 25); each of its operations is done if apply <= its probability and, where
 * it has a sign, negated if sign <= 1/2, both drawn from [0, 1).
 * Source: Cubuk et al. 2018, https://arxiv.org/abs/1805.09501, in torchvision's form: signs are drawn, where the paper's are fixed.
 * The policy was found beside flips, crops and cutout.
 */
export const autoAugment = defineStage({
  options: z
    .strictObject({
      name: z.literal('auto-augment'),
      policy: z.enum(['cifar10']).default('cifar10').describe('The data set it was found for.'),
      ...createPolicyOptions('nearest'),
    })
    .describe('Does to each training image one of 25 pairs of operations that a search found.')
    .meta({ examples: [{ name: 'auto-augment' }] }),
  create: ({ policy: _, ...options }) =>
    createPolicyStage(
      {
        formula: `one of ${cifar10.length} pairs of operations`,
        draw(random, images) {
          const draw = (name: string, slots: number, high = 1) =>
            random.uniform(name, { shape: [images, slots], low: 0, high });
          return {
            policy: draw('policy', 1, cifar10.length),
            apply: draw('apply', 2),
            sign: draw('sign', 2),
          };
        },
        operations: listOperations,
        choose: (draw) => {
          const int32 = (values: number[]) => tensorflow().tensor1d(values, 'int32');
          const shares = cifar10.flatMap((steps) => steps.map(([, probability]) => probability));
          const pair = wholeDraw(draw, 'policy', cifar10.length);
          const places = pair.mul<Tensor>(int32([2])).add<Tensor>(int32([0, 1]));
          const share = gather(tensorflow().tensor1d(shares), places, 'float32');
          const isDone = drawn(draw, 'apply').lessEqual(share).cast('int32');
          // The first of all operations does nothing.
          return signedPlace(places, draw)
            .add<Tensor>(int32([1]))
            .mul(isDone);
        },
      },
      options,
    ),
});

/** Nothing, then the operations of each pair with both signs. */
function listOperations(setting: PolicySetting): PixelOperation[] {
  const reach = reaches['rand-augment'](setting);
  const signed = cifar10.flat().flatMap(([name, , bin]) => {
    const { isSigned, magnitudes } = strengthOf(name, reach, bins);
    return bothSigns(isSigned, (sign) =>
      createOperation(name, sign * (magnitudes[bin] ?? 0), setting),
    );
  });
  return [createOperation('identity', 0, setting), ...signed];
}
