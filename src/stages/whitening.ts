import { z } from 'zod';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { fitWhiteningMatrix } from '../graph/whitening-matrix.js';
import { callPython } from '../text/python.js';
import type { Fitted, PythonPlace, Stage, StageInPython, TrainingImages } from './stage.js';
import { channelsFirst } from './standardise.js';

/** The options of the stages that whiten. */
export const whiteningOptions = {
  epsilon: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.1)
    .describe('Added to the variance of each direction, in units of the squared values.'),
  imageCount: z
    .int()
    .min(2)
    .default(10_000)
    .describe('How many of the first training images the stage learns from.'),
};

export interface WhiteningParts {
  readonly form: 'zca' | 'pca';
  readonly epsilon: number;
  readonly imageCount: number;
  readonly formula: string;
}

/** Creates a stage that learns a mean and a matrix from training images, and applies them to all images. */
export function createWhiteningStage({
  form,
  epsilon,
  imageCount,
  formula,
}: WhiteningParts): Omit<Stage, 'name'> {
  return {
    when: 'always',
    formula,
    // Typical values, as of zscore: variance 1, and photographs have more of the extremes.
    gives: () => [-4, 4],
    traps({ height, width, channels }) {
      const size = height * width * channels;
      return imageCount < size
        ? [
            `a whitening of ${size} values an image learns from ${imageCount} images: at least ${size - imageCount} directions have no variance but epsilon's. Raise "imageCount", or put a "resize" before it.`,
          ]
        : [];
    },
    fit(images): Fitted {
      const { height, width, channels } = images.shape;
      const size = height * width * channels;
      const { mean, matrix } = fitWhiteningMatrix(firstOf(images, imageCount), {
        size,
        epsilon,
        form,
      });
      return { mean: Array.from(mean), matrix: Array.from(matrix) };
    },
    apply(images, { fitted: { mean, matrix } }) {
      if (!mean || !matrix) throw new Error('A whitening stage was applied before it was fitted.');
      const tf = tensorflow();
      const size = mean.length;
      return tf.tidy(() => {
        const rows = images
          .reshape([-1, size])
          .sub(tf.tensor2d(Float32Array.from(mean), [1, size]));
        const turned = tf.tensor2d(Float32Array.from(matrix), [size, size]);
        return tf.matMul(rows, turned).reshape<Tensor4D>(images.shape);
      });
    },
    inPython: whitenInPython,
  };
}

/** Yields the first images in whole batches, the last of them cut. */
function* firstOf(images: TrainingImages, count: number): Iterable<Float32Array> {
  const { height, width, channels } = images.shape;
  let left = count * height * width * channels;
  for (const values of images.batches()) {
    yield values.subarray(0, left);
    left -= values.length;
    if (left <= 0) return;
  }
}

const whitenInPython: StageInPython = {
  keras(place) {
    const { mean, matrix, size } = numbersOf(place);
    const { height, width, channels } = place.shape;
    const kernel = place.store('matrix', matrix, [size, size]);
    return [
      callPython('layers.Reshape', [[size]]),
      callPython('layers.Normalization', [], {
        axis: -1,
        mean: place.store('mean', mean, [size]),
        variance: place.store('variance', new Array(size).fill(1), [size]),
      }),
      callPython('layers.Dense', [size], {
        use_bias: false,
        trainable: false,
        kernel_initializer: { code: callPython('keras.initializers.Constant', [kernel]) },
      }),
      callPython('layers.Reshape', [[height, width, channels]]),
    ];
  },
  torchvision(place) {
    const { mean, matrix, size } = numbersOf(place);
    const order = channelsFirst(place.shape);
    const turned = new Float32Array(size * size);
    order.forEach((from, row) => {
      order.forEach((to, column) => {
        turned[row * size + column] = matrix[from * size + to] as number;
      });
    });
    const ordered = order.map((from) => mean[from] as number);
    const asTensor = (values: ArrayLike<number>, name: string, shape: readonly number[]) => ({
      code: callPython('torch.from_numpy', [place.store(name, values, shape)]),
    });
    return [
      callPython('v2.LinearTransformation', [
        asTensor(turned, 'matrix', [size, size]),
        asTensor(ordered, 'mean', [size]),
      ]),
    ];
  },
};

function numbersOf({ fitted: { mean, matrix } }: PythonPlace) {
  if (!mean || !matrix) throw new Error('A whitening stage was exported before it was fitted.');
  return { mean, matrix, size: mean.length };
}
