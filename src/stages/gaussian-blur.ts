import { z } from 'zod';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import { createChanceStage, probabilityOption } from './by-chance.js';
import { drawnRange, factorOption, renderDrawn } from './factor.js';
import { defineStage, drawn, type ImageShape } from './stage.js';

/**
 * Blurs some images by a bell curve whose width is drawn for each image.
 * Formula: rows, then columns, are replaced by sum over k of w(k) x(place + k), k from -(kernelSize - 1) / 2 on,
 * w(k) = exp(-k^2 / (2 sigma^2)), divided by their sum; where chance < probability.
 * Source: torchvision's GaussianBlur, with the same sigma both ways and the border reflected without the edge pixel; it rounds
 * on bytes. Keras' RandomGaussianBlur has one sigma for the whole batch, zeros beyond the border, and blurs half of the images
 * with its factor of 1.
 */
export const gaussianBlur = defineStage({
  options: z
    .strictObject({
      name: z.literal('gaussian-blur'),
      kernelSize: z
        .int()
        .min(3)
        .max(31)
        .refine((size) => size % 2 === 1, { error: 'must be odd' })
        .describe('How many pixels are mixed each way; an odd number.'),
      sigma: factorOption(z.number().positive().max(100))
        .default([0.1, 2])
        .describe('Width of the bell curve in pixels; or a pair [low, high] to draw it from.'),
      probability: probabilityOption(1),
    })
    .describe('Blurs a share of the training images.')
    .meta({
      alsoCalled: ['RandomGaussianBlur'],
      examples: [
        { name: 'gaussian-blur', kernelSize: 3 },
        { name: 'gaussian-blur', kernelSize: 5, sigma: 1, probability: 0.5 },
      ],
    }),
  create({ kernelSize, sigma, probability }) {
    const bounds = drawnRange(sigma);
    const reach = (kernelSize - 1) / 2;
    return {
      ...createChanceStage({
        formula: `mixed over ${kernelSize} x ${kernelSize} pixels by a bell curve of deviation ${renderDrawn(bounds)}`,
        probability,
        gives: (range) => range,
        draw: (random, count) => ({
          sigma: random.uniform('sigma', { shape: [count], low: bounds[0], high: bounds[1] }),
        }),
        apply: (images, draw) => blur(images, bellWeights(drawn(draw, 'sigma'), reach)),
      }),
      traps: () => [
        '"gaussian-blur" is also a corruption of CIFAR-10-C: a test on that is then no test of what was never seen.',
      ],
      outputShape(image) {
        requireReach(reach, image);
        return image;
      },
    };
  },
});

/** The weights of the pixel itself and of those 1, 2, ... pixels away on either side. Each of shape [N, 1, 1]. */
function bellWeights(sigma: Tensor, reach: number): readonly Tensor[] {
  const tf = tensorflow();
  const exponents = Array.from({ length: reach + 1 }, (_, distance) => -(distance ** 2) / 2);
  const bell = tf.div<Tensor>(
    tf.tensor2d(exponents, [1, reach + 1]),
    sigma.square().reshape([-1, 1]),
  );
  const weights = bell.exp();
  const sides = weights.slice([0, 1]).sum(1, true).mul(2);
  const shares = weights.div(sides.add(weights.slice([0, 0], [-1, 1])));
  return tf.split(shares, reach + 1, 1).map((share) => share.reshape([-1, 1, 1]));
}

function blur(images: Tensor4D, weights: readonly Tensor[]): Tensor4D {
  const [count, height, width, channels] = images.shape;
  const reach = weights.length - 1;
  const border: [number, number] = [reach, reach];
  // A row of values instead of pixels: neighbours are the values some pixels further.
  const padded = tensorflow()
    .mirrorPad(images, [[0, 0], border, border, [0, 0]], 'reflect')
    .reshape([count, height + 2 * reach, (width + 2 * reach) * channels]);
  const rows = mix(weights, (place) => padded.slice([0, place, 0], [-1, height, -1]));
  const mixed = mix(weights, (place) =>
    rows.slice([0, 0, place * channels], [-1, -1, width * channels]),
  );
  return mixed.reshape(images.shape);
}

/** Adds up the parts that begin at each place, by their weights. */
function mix([centre, ...sides]: readonly Tensor[], partFrom: (place: number) => Tensor): Tensor {
  const reach = sides.length;
  return sides.reduce(
    (sum, weight, side) => {
      const both = partFrom(reach - side - 1).add(partFrom(reach + side + 1));
      return sum.add(both.mul(weight));
    },
    partFrom(reach).mul<Tensor>(centre as Tensor),
  );
}

function requireReach(reach: number, { height, width }: ImageShape): void {
  const largest = Math.min(height, width) - 1;
  if (reach <= largest) return;
  throw new UserError(
    `Stage "gaussian-blur" must have a kernelSize of at most ${2 * largest + 1} for images of ${height} x ${width}, received ${2 * reach + 1}.`,
    { hint: 'Lower "kernelSize": the border reflects no more pixels than the image has.' },
  );
}
