import { attribute, runKernel } from '../native-backend.js';
import { computeIn, presentPrecision } from '../precision.js';
import { type Tensor, type Tensor4D, tensorflow } from '../tensorflow.js';

export interface Convolution {
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
  readonly dilations: readonly [number, number];
}

/**
 * Convolves images. Shape: [N, H, W, I] and [h, w, I, O] to [N, H', W', O]. In mixed precision the gradient of a kernel over
 * narrow images is taken over several of them side by side: oneDNN counts bfloat16 products along a row, and fills what is
 * missing to a full one with nothing. The sums are the same, added up in another order.
 */
export function conv2d(x: Tensor4D, kernel: Tensor4D, convolution: Convolution): Tensor4D {
  const tf = tensorflow();
  const { strides, padding, dilations } = convolution;
  const precision = presentPrecision();
  const joined = precision === 'float32' ? 1 : countJoined(x, kernel, convolution);
  if (joined === 1) {
    return tf.conv2d(x, kernel, [...strides], padding, 'NHWC', [...dilations]);
  }
  const apply = tf.customGrad((...inputs) => {
    const [images, filters, save] = inputs as unknown as [
      Tensor4D,
      Tensor4D,
      (saved: Tensor[]) => void,
    ];
    save([images, filters]);
    return {
      value: tf.conv2d(images, filters, 1, 'same'),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [before, weights] = saved as [Tensor4D, Tensor4D];
        const gap = gapFor(kernel);
        return computeIn(precision, () => [
          tf.conv2dTranspose(dy as Tensor4D, weights, before.shape, 1, 'same'),
          kernelGradient(join(before, joined, gap), join(dy as Tensor4D, joined, gap), kernel),
        ]);
      },
    };
  });
  return apply(x, kernel) as Tensor4D;
}

/** Of a row that oneDNN multiplies at once in bfloat16. */
const rowLength = 32;

/** Images up to this wide are joined: of 11 pixels, moving them costs more than it brings. */
const narrow = 8;

/** Returns how many columns between images keep a kernel from seeing two of them at once. */
function gapFor({ shape: [, width] }: Tensor4D): number {
  return (width - 1) / 2;
}

/** Returns how many images to put side by side; 1 where that brings nothing. */
function countJoined(x: Tensor4D, kernel: Tensor4D, convolution: Convolution): number {
  const { strides, padding, dilations } = convolution;
  const [count, , width] = x.shape;
  const [height] = kernel.shape;
  const isPlain = padding === 'same' && [...strides, ...dilations].every((step) => step === 1);
  const gap = gapFor(kernel);
  if (!isPlain || height % 2 === 0 || !Number.isInteger(gap) || gap === 0 || width > narrow) {
    return 1;
  }
  const most = Math.floor(rowLength / (width + gap));
  const sizes = Array.from({ length: Math.max(1, most) }, (_, index) => most - index);
  return sizes.find((size) => size >= 1 && count % size === 0) ?? 1;
}

/** Puts images side by side, with columns of zeros between. Shape: [N, H, W, C] to [N / n, H, n (W + gap), C]. */
function join(images: Tensor4D, size: number, gap: number): Tensor4D {
  const [count, height, width, channels] = images.shape;
  const padded = images.pad<Tensor4D>([
    [0, 0],
    [0, 0],
    [0, gap],
    [0, 0],
  ]);
  return padded
    .reshape([count / size, size, height, (width + gap) * channels])
    .transpose([0, 2, 1, 3])
    .reshape([count / size, height, size * (width + gap), channels]);
}

function kernelGradient(x: Tensor4D, dy: Tensor4D, { shape }: Tensor4D): Tensor {
  return runKernel({
    name: 'Conv2DBackpropFilter',
    attributes: {
      T: attribute.type('float32'),
      strides: attribute.ints([1, 1, 1, 1]),
      dilations: attribute.ints([1, 1, 1, 1]),
      padding: attribute.text('SAME'),
      data_format: attribute.text('NHWC'),
      use_cudnn_on_gpu: attribute.bool(true),
    },
    inputs: [x, tensorflow().tensor1d([...shape], 'int32'), dy],
  });
}
