import { z } from 'zod';
import { createOperation, policyOperations, reaches, strengthOf } from './policy-operations.js';
import {
  bothSigns,
  createPolicyOptions,
  createPolicyStage,
  signedPlace,
  wholeDraw,
} from './policy-stage.js';
import { defineStage } from './stage.js';

/**
 * Does to each image a few of 14 operations, each as often, all at one strength.
 * Formula: for each of `operations`: floor(operation) names it, with operation drawn from [0, 14); where it has a sign it is
 * negated if sign <= 1/2, with sign drawn from [0, 1).
 * Source: Cubuk et al. 2019, https://arxiv.org/abs/1909.13719, in torchvision's form (31 bins, one more than the paper's levels).
 * Keras' layer of this name takes two operations for the whole batch, most of them with one sign.
 */
export const randAugment = defineStage({
  options: z
    .strictObject({
      name: z.literal('rand-augment'),
      operations: z.int().min(1).max(14).default(2).describe('How many operations an image gets.'),
      magnitude: z
        .int()
        .min(0)
        .default(9)
        .describe('How strong they are: a place among the bins, 0 the weakest.'),
      bins: z
        .int()
        .min(2)
        .max(1001)
        .default(31)
        .describe('Steps from the weakest to the strongest.'),
      ...createPolicyOptions('nearest'),
    })
    .refine(({ magnitude, bins }) => magnitude < bins, {
      path: ['magnitude'],
      error: 'must be below "bins"',
    })
    .describe('Does to each training image a few operations of a list, all at one strength.')
    .meta({ examples: [{ name: 'rand-augment' }] }),
  create({ operations, magnitude, bins, ...options }) {
    const count = policyOperations.length;
    return createPolicyStage(
      {
        formula: `${operations} of ${count} operations at ${magnitude} of 0..${bins - 1}`,
        draw(random, images) {
          const shape = [images, operations];
          return {
            operation: random.uniform('operation', { shape, low: 0, high: count }),
            sign: random.uniform('sign', { shape, low: 0, high: 1 }),
          };
        },
        operations: (setting) =>
          policyOperations.flatMap((name) => {
            const strength = strengthOf(name, reaches['rand-augment'](setting), bins);
            const chosen = strength.magnitudes[magnitude] ?? 0;
            return bothSigns(strength.isSigned, (sign) =>
              createOperation(name, sign * chosen, setting),
            );
          }),
        choose: (draw) => signedPlace(wholeDraw(draw, 'operation', count), draw),
      },
      options,
    );
  },
});
