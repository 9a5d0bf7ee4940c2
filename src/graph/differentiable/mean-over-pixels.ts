import { type Tensor, type Tensor4D, tensorflow } from '../tensorflow.js';

/**
 * Averages each channel over its pixels. The gradient is one Tile; tfjs' own multiplies by a constant of ones as large as
 * the images. Shape: [N, H, W, C] to [N, C].
 */
export function meanOverPixels(images: Tensor4D): Tensor {
  const [count, height, width, channels] = images.shape;
  const apply = tensorflow().customGrad((...inputs) => {
    const [x] = inputs as [Tensor];
    return {
      value: x.mean([1, 2]),
      gradFunc: (dy: Tensor) =>
        dy
          .mul(1 / (height * width))
          .reshape([count, 1, 1, channels])
          .tile([1, height, width, 1]),
    };
  });
  return apply(images);
}
