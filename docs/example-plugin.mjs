// A plug-in: one stage and one model. Try it with
//   prep-lab validate mine.json --plugin docs/example-plugin.mjs
import { defineModel, defineStage, tensorflow, z } from 'prep-lab';

/** Raises each training image to a power of its own: below 1 brightens, above 1 darkens. */
export const randomGamma = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-gamma'),
      strength: z.number().min(0).max(1).describe('The power is drawn from [1 - f, 1 + f].'),
      valueRange: z
        .tuple([z.number(), z.number()])
        .default([0, 1])
        .describe('The range of the incoming values, [low, high].'),
    })
    .describe('Raises each training image to a power of its own.'),
  create: ({ strength, valueRange: [low, high] }) => ({
    when: 'train',
    formula: `share of the range to the power p, p from ${1 - strength} to ${1 + strength}`,
    expects: [low, high],
    gives: (range) => range,
    draw: (random, count) => ({
      power: random.uniform('power', { shape: [count], low: 1 - strength, high: 1 + strength }),
    }),
    apply: (images, { draw }) =>
      tensorflow().tidy(() => {
        const share = images
          .sub(low)
          .div(high - low)
          .clipByValue(0, 1);
        return share
          .pow(draw.power.reshape([-1, 1, 1, 1]))
          .mul(high - low)
          .add(low);
      }),
  }),
});

/** Softmax regression: the smallest model there is. */
export const linear = defineModel({
  options: z.strictObject({ name: z.literal('linear') }).describe('Softmax regression.'),
  create(_options, { image, classCount }) {
    const { layers, sequential } = tensorflow();
    const inputShape = [image.height, image.width, image.channels];
    return sequential({
      name: 'linear',
      layers: [
        layers.flatten({ inputShape }),
        layers.dense({ units: classCount, activation: 'softmax' }),
      ],
    });
  },
});
