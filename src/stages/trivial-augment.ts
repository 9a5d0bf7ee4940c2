import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { renderShare } from '../text/quantities.js';
import { createOperation, policyOperations, reaches, strengthOf } from './policy-operations.js';
import {
  bothSigns,
  createPolicyOptions,
  createPolicyStage,
  signedPlace,
  wholeDraw,
} from './policy-stage.js';
import { defineStage } from './stage.js';

/** Says how many images lose all or half of what they show, because shifts do not depend on the size. */
function tellLosses(bins: number, width: number): string[] {
  const { magnitudes } = strengthOf('translate-x', reaches['trivial-augment'](), bins);
  const shareOf = (pixels: number) => {
    const shifts = magnitudes.filter((magnitude) => Math.trunc(magnitude) >= pixels).length;
    return ((shifts / bins) * 2) / policyOperations.length;
  };
  const [all, half] = [shareOf(width), shareOf(width / 2)];
  if (half === 0) return [];
  return [
    `"trivial-augment" moves images by up to 32 pixels, whatever their size: of ${renderShare(all)} nothing is left, of ${renderShare(half)} at most a half.`,
  ];
}

/**
 * Does to each image one of 14 operations, each as often, at any strength.
 * Formula: floor(operation) names it, floor(bin) says how strong, with operation drawn from [0, 14) and bin from [0, bins);
 * where the operation has a sign it is negated if sign <= 1/2, with sign drawn from [0, 1).
 * Source: Müller and Hutter 2021, https://arxiv.org/abs/2103.10158, "wide", in torchvision's form. Shifts reach 32 pixels: all of
 * an image of CIFAR.
 */
export const trivialAugment = defineStage({
  options: z
    .strictObject({
      name: z.literal('trivial-augment'),
      bins: z
        .int()
        .min(2)
        .max(1001)
        .default(31)
        .describe('Steps from the weakest to the strongest.'),
      ...createPolicyOptions('nearest'),
    })
    .describe('Does to each training image one operation of a list, at any strength.')
    .meta({ examples: [{ name: 'trivial-augment' }] }),
  create({ bins, ...options }) {
    const count = policyOperations.length;
    return createPolicyStage(
      {
        formula: `one of ${count} operations at a strength drawn from ${bins}`,
        traps: ({ width }) => tellLosses(bins, width),
        draw(random, images) {
          const draw = (name: string, high: number) =>
            random.uniform(name, { shape: [images, 1], low: 0, high });
          return {
            operation: draw('operation', count),
            bin: draw('bin', bins),
            sign: draw('sign', 1),
          };
        },
        operations: (setting) =>
          policyOperations.flatMap((name) => {
            const { isSigned, magnitudes } = strengthOf(name, reaches['trivial-augment'](), bins);
            return magnitudes.flatMap((magnitude) =>
              bothSigns(isSigned, (sign) => createOperation(name, sign * magnitude, setting)),
            );
          }),
        choose: (draw) => {
          const operation = wholeDraw(draw, 'operation', count);
          const first = operation.mul<Tensor>(tensorflow().scalar(bins, 'int32'));
          return signedPlace(first.add(wholeDraw(draw, 'bin', bins)), draw);
        },
      },
      options,
    );
  },
});
