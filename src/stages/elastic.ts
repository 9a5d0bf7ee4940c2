import { z } from 'zod';
import { type Tensor, type Tensor2D, tensorflow } from '../graph/tensorflow.js';
import { warpImages } from '../graph/transform-images.js';
import { UserError } from '../user-error.js';
import { samplingOptions } from './geometric-stage.js';
import { defineStage, drawn } from './stage.js';
import { includeInRange } from './value-range.js';

/**
 * Moves each pixel a little, neighbours together, as if the image were of rubber.
 * Formula: pixel (x, y) reads (x + alpha W / (2 H) B(dx), y + alpha H / (2 W) B(dy)), dx and dy drawn from [-1, 1) for each pixel,
 * B a Gaussian blur of deviation sigma over k pixels, k = floor(8 sigma + 1), or one more to be odd; reflected at the border
 * without the edge pixel.
 * Source: torchvision's ElasticTransform, with its defaults: its alpha is in half images, so 50 moves up to 25 pixels before
 * the blur. A fill value is blended once at the border (torchvision: twice, but for 0).
 */
export const elastic = defineStage({
  options: z
    .strictObject({
      name: z.literal('elastic'),
      alpha: z
        .number()
        .min(0)
        .max(10_000)
        .default(50)
        .describe('How far pixels move: before the blur by up to half of it, in square images.'),
      sigma: z
        .number()
        .min(0)
        .max(1000)
        .default(5)
        .describe(
          'Deviation of the blur in pixels: how far neighbours move together; 0 does not blur.',
        ),
      fillValue: samplingOptions.fillValue.describe('The value outside of the image.'),
      interpolation: samplingOptions.interpolation,
    })
    .describe('Moves the pixels of each training image a little, as if it were of rubber.')
    .meta({ examples: [{ name: 'elastic', alpha: 30, sigma: 2 }] }),
  create({ alpha, sigma, ...sampling }) {
    const radius = sigma === 0 ? 0 : Math.floor(Math.floor(8 * sigma + 1) / 2);
    return {
      when: 'train',
      formula: `each pixel reads a place beside it: up to ${alpha / 2} pixels away, averaged by a Gaussian of ${sigma}; read ${sampling.interpolation}, outside: ${sampling.fillValue}`,
      gives: (range) => includeInRange(range, sampling.fillValue),
      outputShape(image) {
        requireRadius(radius, Math.min(image.height, image.width));
        return image;
      },
      draw(random, count, { shape: { height, width } }) {
        const options = { shape: [count, height, width], low: -1, high: 1 };
        return { dx: random.uniform('dx', options), dy: random.uniform('dy', options) };
      },
      apply: (images, { draw }) =>
        tensorflow().tidy(() => {
          const tf = tensorflow();
          const [, height, width] = images.shape;
          const [down, across] = [
            blurMatrix(height, { radius, sigma }),
            blurMatrix(width, { radius, sigma }),
          ];
          const move = (name: string, scale: number, start: Tensor): Tensor =>
            blurPlanes(drawn(draw, name), down, across).mul(scale).add(start);
          const columns = move('dx', (alpha * width) / height / 2, tf.range(0, width));
          const rows = tf.range(0, height).reshape([1, height, 1]);
          return warpImages(
            images,
            { columns, rows: move('dy', (alpha * height) / width / 2, rows) },
            sampling,
          );
        }),
    };
  },
});

/** Blurs along both axes. Shape: float32 [N, H, W], by [H, H] and [W, W], to the same. */
function blurPlanes(planes: Tensor, down: Tensor2D, across: Tensor2D): Tensor {
  const [count, height, width] = planes.shape as [number, number, number];
  const over = planes.reshape([count * height, width]).matMul(across);
  const stood = over.reshape([count, height, width]).transpose([0, 2, 1]);
  const both = stood.reshape([count * width, height]).matMul(down);
  return both.reshape([count, width, height]).transpose([0, 2, 1]);
}

/** A line times it is the blurred line. Shape: float32 [size, size]. */
function blurMatrix(
  size: number,
  { radius, sigma }: { readonly radius: number; readonly sigma: number },
): Tensor2D {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, index) =>
    sigma === 0 ? 1 : Math.exp(-((index - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const matrix = new Float64Array(size * size);
  for (let to = 0; to < size; to++) {
    for (const [index, weight] of weights.entries()) {
      const place = Math.abs(to + index - radius);
      const from = place < size ? place : 2 * (size - 1) - place;
      matrix[from * size + to] = (matrix[from * size + to] as number) + weight / sum;
    }
  }
  return tensorflow().tensor2d(Float32Array.from(matrix), [size, size]);
}

function requireRadius(radius: number, size: number): void {
  if (radius < size) return;
  throw new UserError(
    `Stage "elastic" must have a sigma whose blur reaches at most ${size - 1} pixels for images of this size, received one that reaches ${radius}.`,
    {
      hint: 'Lower "sigma": the blur reaches 4 times as far, and a border reflects no more than the image has.',
    },
  );
}
