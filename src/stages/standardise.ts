import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';

/**
 * Shifts and scales images. Formula: (x - mean) / divisor.
 * Shape: float32 [N, H, W, C]; each list has one number, one a channel, or one for each value of an image.
 */
export function standardise(
  images: Tensor4D,
  { mean, divisors }: { readonly mean: readonly number[]; readonly divisors: readonly number[] },
): Tensor4D {
  const tf = tensorflow();
  const [, height, width, channels] = images.shape;
  // Spread over a whole image: an operand of three numbers keeps TensorFlow from vectorising (0.35 against 0.15 ms).
  const repeat = (values: readonly number[]): Tensor => {
    const repeated = new Float32Array(height * width * channels).map(
      (_, i) => values[i % values.length] as number,
    );
    return tf.tensor3d(repeated, [height, width, channels]);
  };
  return tf.tidy(() => images.sub(repeat(mean)).div<Tensor4D>(repeat(divisors)));
}
