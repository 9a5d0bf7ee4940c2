import { z } from 'zod';
import type { Tensor4D } from '../graph/tensorflow.js';
import { createChanceStage, probabilityOption } from './by-chance.js';
import { drawnRange, factorOption, renderDrawn, renderNumber } from './factor.js';
import { defineStage, drawn } from './stage.js';
import { clippedRangeOption } from './value-range.js';

/**
 * Adds a normal random number of its own to each value of some images, and clips.
 * Formula: clip(x + std (valueRange[1] - valueRange[0]) noise, valueRange), where chance < probability.
 * Source: torchvision's GaussianNoise(mean = 0), which takes images in 0..1 only. A pair draws the deviation for each image,
 * which torchvision does not.
 */
export const gaussianNoise = defineStage({
  options: z
    .strictObject({
      name: z.literal('gaussian-noise'),
      std: factorOption(z.number().min(0).max(1))
        .default(0.1)
        .describe(
          'Deviation of the noise as a share of the value range; or a pair [low, high] to draw it from, for each image.',
        ),
      probability: probabilityOption(1),
      valueRange: clippedRangeOption,
    })
    .describe('Adds noise to a share of the training images.')
    .meta({
      examples: [
        { name: 'gaussian-noise', std: 0.05, valueRange: [0, 1] },
        { name: 'gaussian-noise', std: [0, 0.1], probability: 0.5 },
      ],
    }),
  create({ std, probability, valueRange }) {
    const [low, high] = valueRange;
    const bounds = drawnRange(std);
    const stage = createChanceStage({
      formula: `clip(x + s * ${renderNumber(high - low)} * noise, ${low}, ${high}), noise of mean 0 and deviation 1, s ${renderDrawn(bounds)}`,
      probability,
      expects: valueRange,
      gives: () => valueRange,
      draw: (random, count, { shape: { height, width, channels } }) => ({
        std: random.uniform('std', { shape: [count], low: bounds[0], high: bounds[1] }),
        noise: random.normal('noise', { shape: [count, height, width, channels] }),
      }),
      apply(images, draw) {
        const scale = drawn(draw, 'std')
          .mul(high - low)
          .reshape([-1, 1, 1, 1]);
        return images.add(drawn(draw, 'noise').mul(scale)).clipByValue(low, high) as Tensor4D;
      },
    });
    return {
      ...stage,
      traps: () => [
        '"gaussian-noise" is also a corruption of CIFAR-10-C: a test on that is then no test of what was never seen.',
      ],
    };
  },
});
