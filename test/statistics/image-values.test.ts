import { expect, test } from 'vitest';
import { measureConstantShare, measureSaturatedShare } from '../../src/statistics/image-values.js';

/** Two images of four pixels and one channel: one that hardly varies, one that does. */
const images = {
  count: 2,
  channels: 1,
  values: Float32Array.from([0.5, 0.501, 0.5, 0.501, 0, 1, 0, 1]),
};

test('an image is constant where its values hardly vary, measured by what reference images do', () => {
  expect(measureConstantShare(images, images)).toBe(0.5);
  const pale = { count: 1, channels: 1, values: Float32Array.from([0, 0.001, 0, 0.001]) };
  expect(measureConstantShare(images, pale)).toBe(0);
  expect(measureConstantShare({ ...images, values: images.values.map(() => 7) }, images)).toBe(1);
});

test('an image of one colour is constant, whatever its channels are', () => {
  const red = { count: 1, channels: 3, values: Float32Array.from([1, 0, 0, 1, 0, 0]) };
  expect(measureConstantShare(red, images)).toBe(1);
});

test('an image that is not a number is constant', () => {
  const broken = { count: 1, channels: 1, values: Float32Array.from([Number.NaN, 1]) };
  expect(measureConstantShare(broken, images)).toBe(1);
});

test('values at the ends of their channel are saturated', () => {
  const values = Float32Array.from([0, -1, 0, -1, 4, -1, 2, 3]);
  // Channel 0: 0, 0, 4, 2, of which the 2 is none. Channel 1: -1, -1, -1, 3.
  expect(measureSaturatedShare({ count: 2, channels: 2, values })).toBe(7 / 8);
  expect(measureSaturatedShare({ count: 1, channels: 1, values: values.fill(7) })).toBe(1);
});
