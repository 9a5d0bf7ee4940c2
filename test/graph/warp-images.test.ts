import { beforeAll, describe, expect, test } from 'vitest';
import { hasOwnKernels } from '../../src/graph/own-kernels.js';
import type { Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { composedWarpImages, warpImages } from '../../src/graph/transform-images.js';
import { loadTestEngine } from '../engine.js';
import {
  readTorch,
  type TorchCase,
  type TorchTensor,
  torchImages,
} from '../stages/torch-golden.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

interface Warp {
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fill: readonly number[] | null;
}

const golden = readTorch<TorchCase<Warp>>('elastic');
const { values } = (golden.params as { displacement: TorchTensor }).displacement;

/** In units of half an image, x before y. */
function placesOf(axis: 0 | 1) {
  const places = Array.from({ length: 1024 }, (_, pixel) => {
    const place = axis === 0 ? pixel % 32 : Math.floor(pixel / 32);
    return place + 16 * (values[2 * pixel + axis] as number);
  });
  return tf.tensor3d(places, [1, 32, 32]);
}

describe('warpImages', () => {
  test.each(golden.output.runs.filter(({ params }) => params.fill === null))(
    "agrees with torchvision's elastic: $params.interpolation",
    ({ params: { interpolation }, images, output }) => {
      const { shape, values: pixels } = torchImages(images);
      const warped = tf.tidy(() =>
        warpImages(
          tf.tensor4d([...pixels], [...shape]),
          {
            columns: placesOf(0).tile([shape[0], 1, 1]),
            rows: placesOf(1).tile([shape[0], 1, 1]),
          },
          { fillValue: 0, interpolation },
        ).round(),
      );
      const found = warped.dataSync();
      const apart = output.values.map((value, i) => Math.abs(value - (found[i] as number)));
      const share = apart.filter((difference) => difference > 0).length / apart.length;
      expect(share).toBeLessThanOrEqual(0.015);
      if (interpolation === 'bilinear') expect(Math.max(...apart)).toBeLessThanOrEqual(1);
      warped.dispose();
    },
  );

  test.each(['nearest', 'bilinear'] as const)(
    'gives by its own kernel what TensorFlow gives, to the last bit: %s',
    (interpolation) => {
      if (!hasOwnKernels()) return;
      const random = (shape: number[], low: number, high: number, seed: number) =>
        tf.randomUniform(shape, low, high, 'float32', seed);
      const images = random([5, 7, 9, 3], 0, 255, 1) as Tensor4D;
      // Half way between pixels too, and outside.
      const places = {
        columns: random([5, 7, 9], -3, 11, 2).mul(2).round().div(2),
        rows: random([5, 7, 9], -3, 9, 3),
      };
      const sampling = { fillValue: 17, interpolation };
      const own = warpImages(images, places, sampling).dataSync();
      expect(own).toEqual(composedWarpImages(images, places, sampling).dataSync());
    },
  );

  test('reads the fill value outside and blends with it at the edge', () => {
    const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const columns = tf.tensor3d([-0.5, 1.25, 1e9, -7], [1, 2, 2]);
    const rows = tf.tensor3d([0, 0, 1, 1], [1, 2, 2]);
    const read = (interpolation: 'nearest' | 'bilinear') =>
      Array.from(warpImages(image, { columns, rows }, { fillValue: 9, interpolation }).dataSync());
    expect(read('bilinear')).toEqual([5, 3.75, 9, 9]);
    // Half way is rounded to even: -0.5 to 0.
    expect(read('nearest')).toEqual([1, 2, 9, 9]);
  });
});
