import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { callPython } from '../text/python.js';
import type { PythonPlace, StageInPython } from './stage.js';

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

/** Returns {@link standardise} in Python. */
export function standardiseInPython(
  numbersOf: (place: PythonPlace) => {
    readonly mean: readonly number[];
    readonly divisors: readonly number[];
  },
): StageInPython {
  return {
    keras(place) {
      const { height, width, channels } = place.shape;
      const { mean, divisors } = numbersOf(place);
      const isOfPixels = mean.length > channels;
      const spread = (values: readonly number[]) =>
        isOfPixels
          ? values
          : Array.from(
              { length: channels },
              (_, channel) => values[channel % values.length] as number,
            );
      const shape = isOfPixels ? [height, width, channels] : [channels];
      const variance = spread(divisors).map((divisor) => divisor ** 2);
      return [
        callPython('layers.Normalization', [], {
          axis: isOfPixels ? [1, 2, 3] : -1,
          mean: place.store('mean', spread(mean), shape),
          variance: place.store('variance', variance, shape),
        }),
      ];
    },
    torchvision(place) {
      const { mean, divisors } = numbersOf(place);
      const { height, width, channels } = place.shape;
      if (mean.length <= channels) {
        return [callPython('v2.Normalize', [], { mean: [...mean], std: [...divisors] })];
      }
      const order = channelsFirst(place.shape);
      const store = (name: string, values: readonly number[]) =>
        place.store(
          name,
          order.map((from) => values[from] as number),
          [channels, height, width],
        );
      const [shift, divisor] = [store('mean', mean), store('divisor', divisors)];
      return [callPython('Standardise', [shift, divisor])];
    },
  };
}

/** Returns where the values of an image [H, W, C] lie, in the order of [C, H, W]. */
export function channelsFirst({ height, width, channels }: PythonPlace['shape']): number[] {
  const pixels = height * width;
  return Array.from(
    { length: pixels * channels },
    (_, place) => (place % pixels) * channels + Math.floor(place / pixels),
  );
}
