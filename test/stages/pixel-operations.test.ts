import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasOwnKernels } from '../../src/graph/own-kernels.js';
import type { Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import {
  applyPixelOperations,
  composePixelOperations,
  onlyRow,
  type PixelKind,
  type PixelOperation,
} from '../../src/stages/pixel-operations.js';
import { createOperation, type PolicyOperation } from '../../src/stages/policy-operations.js';
import { loadTestEngine } from '../engine.js';
import { readTorch, type TorchCase, torchImages } from './torch-golden.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
  expect(hasOwnKernels()).toBe(true);
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

function imagesOf(places: readonly number[] | 'tiny'): Tensor4D {
  const { shape, values } = torchImages(places);
  return tf.tensor4d([...values], [...shape]);
}

/** Does one operation to all images. */
function applyOne(
  apply: typeof applyPixelOperations,
  images: Tensor4D,
  operation: PixelOperation,
): Float32Array {
  const [count] = images.shape;
  const rows = tf.zeros([count, 1, 1], 'int32');
  const choices = { operations: [operation], rows, shares: onlyRow(count) };
  return apply(images, choices).dataSync<'float32'>();
}

function differences(found: Float32Array, expected: ArrayLike<number>) {
  const apart = Array.from(found, (value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
  const share = apart.filter((difference) => difference > 0).length / found.length;
  return { share, largest: Math.max(...apart) };
}

interface Magnitude {
  readonly magnitude?: number;
  readonly angle?: number;
}

const cases = [
  ['shear_x', 'shear-x', 'nearest'],
  ['shear_y', 'shear-y', 'nearest'],
  ['shear_bilinear', 'shear-x', 'bilinear'],
  ['translate_x', 'translate-x', 'nearest'],
  ['translate_y', 'translate-y', 'nearest'],
  ['rotate_nearest', 'rotate', 'nearest'],
  ['rotate_bilinear', 'rotate', 'bilinear'],
] as const;

describe.each([
  ['own kernel', applyPixelOperations],
  ["composition of TensorFlow's", composePixelOperations],
] as const)('The %s', (_, apply) => {
  test.each(cases)('agrees with torchvision: %s', (file, name, interpolation) => {
    for (const { params, images, output } of readTorch<TorchCase<Magnitude>>(file).output.runs) {
      const input = imagesOf(images);
      const [, height, width] = input.shape;
      const operation = createOperation(name, params.magnitude ?? params.angle ?? 0, {
        height,
        width,
        interpolation,
        fill: 0,
      });
      const { share, largest } = differences(applyOne(apply, input, operation), output.values);
      // A place half way between two levels is rounded either way.
      expect(share, JSON.stringify(params)).toBeLessThanOrEqual(
        interpolation === 'nearest' ? 0 : 0.015,
      );
      expect(largest).toBeLessThanOrEqual(interpolation === 'nearest' ? 0 : 1);
    }
  });
});

const setting = { height: 32, width: 32, interpolation: 'nearest', fill: 100 } as const;

const operations: readonly (readonly [PolicyOperation | 'bilinear', PixelOperation])[] = [
  ...(
    [
      ['identity', 0],
      ['shear-x', 0.27],
      ['rotate', -31],
      ['brightness', 0.7],
      ['color', -0.55],
      ['contrast', 0.63],
      ['sharpness', 0.81],
      ['posterize', 3],
      ['posterize', 0],
      ['solarize', 0.4],
      ['solarize-add', 40],
      ['auto-contrast', 0],
      ['equalize', 0],
      ['invert', 0],
    ] as const
  ).map(([name, magnitude]) => [name, createOperation(name, magnitude, setting)] as const),
  ['bilinear', createOperation('rotate', 20, { ...setting, interpolation: 'bilinear' })],
];

describe('The own kernel', () => {
  test.each(operations)('gives what TensorFlow composes, but for roundings: %s', (_, operation) => {
    const images = imagesOf([0, 1, 2, 3]);
    const own = applyOne(applyPixelOperations, images, operation);
    const { share, largest } = differences(
      own,
      applyOne(composePixelOperations, images, operation),
    );
    const isExact = !(['color', 'contrast', 'bilinear', 'sharpness'] as PixelKind[]).includes(
      operation.kind,
    );
    expect(share).toBeLessThanOrEqual(isExact ? 0 : 0.03);
    expect(largest).toBeLessThanOrEqual(isExact ? 0 : 1);
  });

  test('does several operations in a row, other ones for each image', () => {
    const images = imagesOf([0, 1, 2]);
    const listed = operations.map(([, operation]) => operation);
    const choices = [
      [3, 8, 1],
      [0, 12, 5],
      [13, 13, 0],
    ];
    const together = applyPixelOperations(images, {
      operations: listed,
      rows: tf.tensor2d(choices, undefined, 'int32').expandDims(1),
      shares: onlyRow(3),
    });
    const apart = choices.map((row, image) =>
      row.reduce(
        (now, choice) => {
          const one = applyOne(applyPixelOperations, now, listed[choice] as PixelOperation);
          return tf.tensor4d(one, now.shape);
        },
        images.slice([image], [1]) as Tensor4D,
      ),
    );
    expect(together.dataSync()).toEqual(tf.concat(apart, 0).dataSync());
  });

  test.each([
    ['own kernel', applyPixelOperations],
    ["composition of TensorFlow's", composePixelOperations],
  ] as const)('mixes what comes of the rows with the image by shares: %s', (_, apply) => {
    const images = tf.tensor4d([10, 20, 30, 201, 202, 203], [2, 1, 1, 3]);
    const [identity, invert] = (['identity', 'invert'] as const).map((name) =>
      createOperation(name, 0, { ...setting, height: 1, width: 1 }),
    ) as [PixelOperation, PixelOperation];
    const mixed = apply(images, {
      operations: [identity, invert],
      rows: tf.tensor3d([0, 1, 1, 1, 0, 0, 1, 0], [2, 2, 2], 'int32'),
      shares: tf.tensor2d([
        [0.5, 0.25, 0.25],
        [0, 0.5, 0.5],
      ]),
    });
    // 10 / 2 + 245 / 4 + 10 / 4, and so on, cut off; 201 / 2 + 54 / 2.
    expect(Array.from(mixed.dataSync())).toEqual([68, 73, 78, 127, 127, 127]);
  });

  test('rounds to whole levels within 0..255, and makes of what is no number 0', () => {
    const images = tf.tensor4d([-3, 0.5, 1.5, 254.6, 300, Number.NaN], [1, 1, 2, 3]);
    const identity = createOperation('identity', 0, { ...setting, height: 1, width: 2 });
    expect(Array.from(applyOne(applyPixelOperations, images, identity))).toEqual([
      0, 0, 2, 255, 255, 0,
    ]);
  });

  test('takes images of one channel, and of no image', () => {
    const grey = tf.tensor4d([10, 20, 30, 40], [1, 2, 2, 1]);
    const contrast = createOperation('contrast', 1, { ...setting, height: 2, width: 2 });
    expect(Array.from(applyOne(applyPixelOperations, grey, contrast))).toEqual([0, 15, 35, 55]);
    const color = createOperation('color', 1, { ...setting, height: 2, width: 2 });
    expect(Array.from(applyOne(applyPixelOperations, grey, color))).toEqual([10, 20, 30, 40]);
    expect(applyOne(applyPixelOperations, tf.zeros([0, 2, 2, 3]), color)).toHaveLength(0);
  });
});
