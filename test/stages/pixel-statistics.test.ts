import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measurePixels, type StatisticsScope } from '../../src/stages/pixel-statistics.js';

const shape = { height: 1, width: 2, channels: 3 };
const imageSize = 6;

function toImages(values: readonly number[], batchCount: number) {
  const size = batchCount * imageSize;
  return {
    shape,
    count: values.length / imageSize,
    *batches() {
      for (let start = 0; start < values.length; start += size) {
        yield Float32Array.from(values.slice(start, start + size));
      }
    },
  };
}

/** Mean and deviation in two plain passes. */
function twoPasses(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: Math.sqrt(squares / values.length) };
}

const scopes: [StatisticsScope, number][] = [
  ['global', 1],
  ['channel', 3],
  ['pixel', 6],
];

test.each(scopes)('measurePixels measures as two passes do: %s', (scope, slots) => {
  const image = fc.array(fc.integer({ min: 0, max: 255 }), {
    minLength: imageSize,
    maxLength: imageSize,
  });
  const images = fc.array(image, { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(images, fc.integer({ min: 1, max: 4 }), (nested, batchCount) => {
      const values = nested.flat();
      const { mean, std } = measurePixels(toImages(values, batchCount), scope);
      expect(mean).toHaveLength(slots);
      for (let slot = 0; slot < slots; slot++) {
        const expected = twoPasses(values.filter((_, i) => i % slots === slot));
        expect(mean[slot]).toBeCloseTo(expected.mean, 10);
        expect(std[slot]).toBeCloseTo(expected.std, 10);
      }
    }),
  );
});

test('measurePixels does not saturate where float32 sums do', () => {
  // 20 million values of 200 and 201 in turn: a float32 sum stops growing at 2^24 times its addend.
  const values = Float32Array.from({ length: 60_000 }, (_, i) => 200 + (i % 2));
  const images = {
    shape: { height: 100, width: 200, channels: 3 },
    count: 334,
    *batches() {
      for (let i = 0; i < 334; i++) yield values;
    },
  };
  expect(measurePixels(images, 'global')).toEqual({ mean: [200.5], std: [0.5] });
});

test('measurePixels finds no deviation at all in values that are all alike', () => {
  const values = Array.from({ length: 600 }, () => 0.1);
  expect(measurePixels(toImages(values, 7), 'channel').std).toEqual([0, 0, 0]);
});

test('measurePixels refuses to measure nothing', () => {
  expect(() => measurePixels(toImages([], 1), 'global')).toThrow(
    'There are no training images to measure.',
  );
});
