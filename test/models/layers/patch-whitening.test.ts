import { beforeAll, describe, expect, test } from 'vitest';
import { readCifar10 } from '../../../src/cifar10/dataset.js';
import { fitWhitening, measureCovariance } from '../../../src/models/layers/patch-whitening.js';
import { whitening } from '../../../src/models/layers/whitening.js';
import type { TrainingImages } from '../../../src/stages/stage.js';
import type { LabelledBytes } from '../../../src/training/image-table.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { type GoldenTensor, normalisedImages, readRecipe } from '../recipe-golden.js';

interface WhitenCase {
  readonly params: { readonly eps: number };
  readonly input: { readonly first_record: number; readonly records: number };
  readonly output: {
    readonly covariance_float64: GoldenTensor;
    readonly eigenvalues_float64_descending: readonly number[];
    readonly kernel_T_kernel_12x12_float64: GoldenTensor;
  };
}

const golden = readRecipe<WhitenCase>('whiten');
let train: LabelledBytes;
beforeAll(async () => {
  ({ train } = await readCifar10(await cachedData()));
});

/** Images in batches of a few. */
function inBatches(values: Float32Array, size: number, batch: number): TrainingImages {
  return {
    shape: { height: size, width: size, channels: 3 },
    count: values.length / (size * size * 3),
    *batches() {
      const step = batch * size * size * 3;
      for (let start = 0; start < values.length; start += step) {
        yield values.subarray(start, start + step);
      }
    },
  };
}

function goldenImages(): TrainingImages {
  const { first_record: first, records: count } = golden.input;
  return inBatches(normalisedImages(train, { first, count }), 32, 64);
}

/** The place in torch's order (channel, row, column) of an element in ours (row, column, channel). */
const torchPlace = (element: number) => (element % 3) * 4 + Math.floor(element / 3);

function expectSymmetric(found: (row: number, column: number) => number, expected: GoldenTensor) {
  const scale = Math.max(...expected.values.map(Math.abs));
  for (let row = 0; row < 12; row++) {
    for (let column = 0; column < 12; column++) {
      const value = expected.values[torchPlace(row) * 12 + torchPlace(column)] ?? Number.NaN;
      expect(Math.abs(found(row, column) - value)).toBeLessThan(5e-6 * scale);
    }
  }
}

describe('Against torch', () => {
  test('the covariance of the patches agrees in float64', () => {
    const covariance = measureCovariance(goldenImages(), { kernelSize: 2, count: 200 });
    expectSymmetric(
      (row, column) => covariance[row]?.[column] ?? 0,
      golden.output.covariance_float64,
    );
  });

  test('eigenvalues agree, the largest first, and so does kernel^T kernel', () => {
    const { eigenvalues, kernel } = fitWhitening(goldenImages(), {
      kernelSize: 2,
      count: 200,
      epsilon: golden.params.eps,
    });
    golden.output.eigenvalues_float64_descending.forEach((value, index) => {
      expect(Math.abs((eigenvalues[index] ?? 0) / value - 1)).toBeLessThan(2e-5);
    });
    const filterProduct = (row: number, column: number) => {
      // torch's file has the product of the positive filters alone.
      const terms = Array.from(
        { length: 12 },
        (_, filter) => (kernel[row * 24 + filter] ?? 0) * (kernel[column * 24 + filter] ?? 0),
      );
      return terms.reduce((sum, term) => sum + term, 0);
    };
    expectSymmetric(filterProduct, golden.output.kernel_T_kernel_12x12_float64);
  });
});

test('The second half of the filters is the negative of the first, whose largest element is positive', () => {
  const { kernel } = fitWhitening(goldenImages(), { kernelSize: 2, count: 50, epsilon: 5e-4 });
  const filters = Array.from({ length: 24 }, (_, filter) =>
    Array.from({ length: 12 }, (_, element) => kernel[element * 24 + filter] ?? 0),
  );
  filters.slice(0, 12).forEach((filter, index) => {
    expect(filters[index + 12]).toEqual(filter.map((value) => -value));
    const largest = filter.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    expect(largest).toBeGreaterThan(0);
  });
});

test('It looks at the first images only, however they come in batches', () => {
  const { first_record: first } = golden.input;
  const learn = (count: number, batch: number, images: number) =>
    fitWhitening(inBatches(normalisedImages(train, { first, count: images }), 32, batch), {
      kernelSize: 2,
      count,
      epsilon: 5e-4,
    });
  const reference = learn(30, 30, 30);
  expect(learn(30, 7, 64)).toEqual(reference);
  expect(learn(1000, 7, 30)).toEqual(reference);
  expect(learn(20, 7, 64)).not.toEqual(reference);
});

test('A covariance small enough to check by eye', () => {
  // One image of 2 x 1 pixels of one channel: two patches of one pixel, 3 and 4.
  const images: TrainingImages = {
    shape: { height: 2, width: 1, channels: 1 },
    count: 1,
    batches: () => [Float32Array.of(3, 4)],
  };
  expect(measureCovariance(images, { kernelSize: 1, count: 1 })).toEqual([[12.5]]);
  const fitted = fitWhitening(images, { kernelSize: 1, count: 1, epsilon: 3.5 });
  expect(fitted).toEqual({ eigenvalues: [12.5], kernel: [0.25, -0.25] });
});

test('Images that are not finite are refused', () => {
  const images = inBatches(new Float32Array(27).fill(Number.NaN), 3, 1);
  const options = whitening.options.parse({ type: 'whitening' });
  expect(() => whitening.fit?.(options, images)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: 'The whitening layer received images that are not finite.',
    }),
  );
});
