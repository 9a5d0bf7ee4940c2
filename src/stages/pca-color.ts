import { createRequire } from 'node:module';
import type * as MlMatrix from 'ml-matrix';
import { z } from 'zod';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { requireColour } from './colour-adjustments.js';
import { defineStage, drawn, type Fitted, type TrainingImages } from './stage.js';
import { clippedRangeOption } from './value-range.js';

const require = createRequire(import.meta.url);

/**
 * Shifts the colour of each image along the principal directions of the training images' colours, further where they vary
 * more.
 * Formula: with pixels as shares of the value range, covariance V diag(l) V' over all training pixels, and a of three normal
 * numbers an image: clip(x + width V (std a l)), l replaced by its root where by is "deviation".
 * Source: Krizhevsky, Sutskever and Hinton 2012, std 0.1. They do not clip. In units of 0..255 their l would be 65025 times
 * as large and the image gone: it is meant for 0..1, as it is computed here whatever the range.
 */
export const pcaColor = defineStage({
  options: z
    .strictObject({
      name: z.literal('pca-color'),
      std: z
        .number()
        .min(0)
        .max(10)
        .default(0.1)
        .describe('Deviation of the random numbers along each direction.'),
      by: z
        .enum(['variance', 'deviation'])
        .default('variance')
        .describe(
          'What the numbers are multiplied by: the variance along a direction (as in the paper), or its root, which is larger.',
        ),
      valueRange: clippedRangeOption,
    })
    .describe(
      'Shifts the colour of each training image along the directions in which colours vary.',
    )
    .meta({
      examples: [
        { name: 'pca-color', std: 0.5 },
        { name: 'pca-color', by: 'deviation', valueRange: [0, 1] },
      ],
    }),
  create({ std, by, valueRange }) {
    const [low, high] = valueRange;
    const width = high - low;
    return {
      when: 'train',
      formula: `clip(x + ${width} * V (a * ${by === 'variance' ? 'l' : 'sqrt(l)'}), ${low}, ${high}), V and l of the colours' covariance, a of deviation ${std}`,
      expects: valueRange,
      gives: () => valueRange,
      outputShape: requireColour,
      fit: (images) => fitColours(images, width),
      draw: (random, count) => ({ direction: random.normal('direction', { shape: [count, 3] }) }),
      apply(images, { draw, fitted: { variances, directions } }) {
        if (!variances || !directions)
          throw new Error('pca-color was applied before it was fitted.');
        const tf = tensorflow();
        const reach = variances.map(
          (variance) => std * width * (by === 'variance' ? variance : Math.sqrt(variance)),
        );
        return tf.tidy(() => {
          const numbers = drawn(draw, 'direction').reshape([-1, 1, 3]);
          // Element by element: a GPU may round the factors of a product of matrices.
          const turned = numbers.mul(tf.tensor3d(weigh(directions, reach), [1, 3, 3]));
          const shift = turned.sum(2).reshape([-1, 1, 1, 3]).tile([1, 1, images.shape[2], 1]);
          return images.add(shift).clipByValue(low, high) as Tensor4D;
        });
      },
    };
  },
});

/** Row by row: each column of the directions times its reach. */
function weigh(directions: readonly number[], reach: readonly number[]): number[] {
  return directions.map((value, place) => value * (reach[place % 3] as number));
}

/** Learns the principal directions of colours, as shares of the range. `directions`: 3 x 3, a column each, row by row. */
function fitColours(images: TrainingImages, width: number): Fitted {
  const covariance = measureColours(images).map((row) => row.map((value) => value / width ** 2));
  const { EigenvalueDecomposition, Matrix } = require('ml-matrix') as typeof MlMatrix;
  const found = new EigenvalueDecomposition(new Matrix(covariance), { assumeSymmetric: true });
  return {
    variances: found.realEigenvalues.map((variance) => Math.max(variance, 0)),
    directions: found.eigenvectorMatrix.to1DArray(),
  };
}

/** Measures the covariance of the three channels over all pixels, in float64. */
function measureColours(images: TrainingImages): number[][] {
  let [r, g, b, rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  for (const values of images.batches()) {
    for (let place = 0; place < values.length; place += 3) {
      const red = values[place] as number;
      const green = values[place + 1] as number;
      const blue = values[place + 2] as number;
      r += red;
      g += green;
      b += blue;
      rr += red * red;
      rg += red * green;
      rb += red * blue;
      gg += green * green;
      gb += green * blue;
      bb += blue * blue;
    }
    count += values.length / 3;
  }
  const covary = (product: number, one: number, other: number) =>
    product / count - (one / count) * (other / count);
  const [redGreen, redBlue, greenBlue] = [covary(rg, r, g), covary(rb, r, b), covary(gb, g, b)];
  return [
    [covary(rr, r, r), redGreen, redBlue],
    [redGreen, covary(gg, g, g), greenBlue],
    [redBlue, greenBlue, covary(bb, b, b)],
  ];
}
