import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import {
  composedTransformImages,
  resizeImages,
  type Sampling,
  selectImages,
  transformImages,
} from '../../src/graph/transform-images.js';
import { someNumbers } from '../engine/numeric-gradient.js';
import { loadTestEngine } from '../engine.js';
import { resample } from '../stages/resample-oracle.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const fillModes = ['constant', 'reflect', 'wrap', 'nearest'] as const;
const samplings: Sampling[] = fillModes.flatMap((fillMode) => [
  { fillMode, fillValue: 0.25, interpolation: 'bilinear' },
  { fillMode, fillValue: 0.25, interpolation: 'nearest' },
]);

describe('transformImages', () => {
  // Sixty-fourths have no rounding, so that even a tie between two pixels has one right answer.
  const coefficient = fc.integer({ min: -128, max: 128 }).map((sixtyFourths) => sixtyFourths / 64);
  const offset = fc.integer({ min: -768, max: 768 }).map((sixtyFourths) => sixtyFourths / 64);
  const maps = fc.tuple(coefficient, coefficient, offset, coefficient, coefficient, offset);
  const sizes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));

  test.each(samplings)('reads as plain loops do: $fillMode, $interpolation', (sampling) => {
    fc.assert(
      fc.property(maps, sizes, ([a0, a1, a2, b0, b1, b2], [height, width]) => {
        const row = [a0, a1, a2, b0, b1, b2, 0, 0];
        const values = Float32Array.from({ length: height * width * 2 }, (_, i) => (i * 7) % 11);
        const actual = tf.tidy(() => {
          const images = tf.tensor4d(values, [1, height, width, 2]);
          return transformImages(images, tf.tensor2d([row]), sampling)
            .arraySync()
            .flat(3);
        });
        const expected = resample({ height, width, channels: 2, values }, row, sampling);
        expected.forEach((value, i) => {
          expect(actual[i]).toBeCloseTo(value, 4);
        });
      }),
      { numRuns: 60 },
    );
  });

  test.each(samplings)(
    "gives what TensorFlow's op gives, bit for bit: $fillMode, $interpolation",
    (sampling) => {
      tf.tidy(() => {
        const count = 24;
        const images = tf.tensor4d(someNumbers(count * 7 * 12 * 3), [count, 7, 12, 3]);
        const grey = images.slice([0, 0, 0, 0], [-1, -1, -1, 1]) as Tensor4D;
        // Turned, enlarged, moved beyond the borders and, some, seen from the side.
        const rows = Array.from({ length: count }, (_, n) => {
          const [cosine, sine] = [Math.cos(n), Math.sin(n)];
          const [x, y, side] = [n - 6.3, 5.7 - n / 1.9, n % 3];
          return [1.1 * cosine, -sine, x, sine, 0.9 * cosine, y, 0.03 * side, -0.05 * side];
        });
        const maps = tf.tensor2d(rows);
        for (const [given, map] of [
          [images, maps],
          [grey, maps],
          [images, maps.slice([6, 0], [1, -1])],
        ] as const) {
          const own = transformImages(given, map, sampling).dataSync();
          expect(own).toEqual(composedTransformImages(given, map, sampling).dataSync());
          expect(new Set(own).size).toBeGreaterThan(200);
        }
      });
    },
  );

  test('takes a map of its own for each image', () => {
    const rows = tf.tidy(() => {
      const images = tf.tensor4d([1, 2, 3, 1, 2, 3], [2, 1, 3, 1]);
      const identity = [1, 0, 0, 0, 1, 0, 0, 0];
      const mirrored = [-1, 0, 2, 0, 1, 0, 0, 0];
      const sampling: Sampling = {
        fillMode: 'constant',
        fillValue: 0,
        interpolation: 'bilinear',
      };
      const output = transformImages(images, tf.tensor2d([identity, mirrored]), sampling);
      return output.reshape([2, 3]).arraySync();
    });
    expect(rows).toEqual([
      [1, 2, 3],
      [3, 2, 1],
    ]);
  });
});

test('selectImages takes whole images by their flags', () => {
  const rows = tf.tidy(() => {
    const ones = tf.ones([3, 1, 2, 1]) as ReturnType<typeof tf.tensor4d>;
    const flags = tf.tensor1d([true, false, true], 'bool');
    return selectImages(flags, ones, ones.mul(5)).reshape([3, 2]).arraySync();
  });
  expect(rows).toEqual([
    [1, 1],
    [5, 5],
    [1, 1],
  ]);
});

test('resizeImages puts pixel centres at half pixels', () => {
  const rows = tf.tidy(() => {
    const images = tf.tensor4d([0, 4], [1, 1, 2, 1]);
    const size = { height: 1, width: 4 };
    return [
      resizeImages(images, size, { interpolation: 'bilinear', antialias: false })
        .reshape([4])
        .arraySync(),
      resizeImages(images, size, { interpolation: 'nearest', antialias: false })
        .reshape([4])
        .arraySync(),
    ];
  });
  expect(rows).toEqual([
    [0, 1, 3, 4],
    [0, 0, 4, 4],
  ]);
});
