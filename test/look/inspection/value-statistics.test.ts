import { expect, test } from 'vitest';
import { measureValues } from '../../../src/look/inspection/value-statistics.js';

function images(values: number[], channels = 1) {
  const shape = { height: 1, width: values.length / channels, channels };
  return { count: 1, shape, values: Float32Array.from(values) };
}

test('each channel has its own numbers', () => {
  const { channels, imageCount } = measureValues(images([1, 10, 3, 30], 2), [0, 50]);
  expect(imageCount).toBe(1);
  expect(channels).toEqual([
    { min: 1, max: 3, mean: 2, std: 1 },
    { min: 10, max: 30, mean: 20, std: 10 },
  ]);
});

test('shares outside of the range count values, and rounding does not', () => {
  expect(measureValues(images([-1, 0, 1.000001, 2]), [0, 1])).toMatchObject({
    aboveShare: 0.25,
    belowShare: 0.25,
    notFiniteShare: 0,
  });
});

test('a histogram goes from the lowest to the highest value, and its shares sum to 1', () => {
  const { histogram } = measureValues(images([0, 0, 0, 64]), [0, 1]);
  const [shares = []] = histogram.shares;
  expect([histogram.low, histogram.high]).toEqual([0, 64]);
  expect([shares.length, shares[0], shares[63]]).toEqual([64, 0.75, 0.25]);
});

test('values that are all alike have a histogram too', () => {
  const { histogram } = measureValues(images([3, 3]), [0, 1]);
  expect([histogram.low, histogram.high]).toEqual([2.5, 3.5]);
  expect(histogram.shares[0]?.[32]).toBe(1);
});

test('what is not finite counts only as such', () => {
  const measured = measureValues(images([Number.NaN, Number.POSITIVE_INFINITY, 1, 3]), [0, 5]);
  expect(measured.notFiniteShare).toBe(0.5);
  expect(measured.channels).toEqual([{ min: 1, max: 3, mean: 2, std: 1 }]);
  expect(measured.aboveShare).toBe(0);
});
