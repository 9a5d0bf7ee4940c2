import { describe, expect, test } from 'vitest';
import { deviationOf, measureSample } from '../../../src/runner/diagnose/input-statistics.js';

/** Two images of two pixels and two channels: one black, one not. */
const sample = {
  count: 2,
  channels: 2,
  values: Float32Array.from([0, -1, 0, -1, 4, -1, 2, 3]),
};

describe('A sample of images', () => {
  test('is described by channel, and the ends of each channel count', () => {
    const { mean, std, min, max, saturatedShare } = measureSample(sample, sample);
    expect(mean).toEqual([1.5, 0]);
    // Channel 0: 0, 0, 4, 2. Channel 1: -1, -1, -1, 3.
    expect(std).toEqual([Math.sqrt((2.25 + 2.25 + 6.25 + 0.25) / 4), Math.sqrt(12 / 4)]);
    expect([min, max]).toEqual([-1, 4]);
    // All but the 2.
    expect(saturatedShare).toBe(7 / 8);
  });

  test('has a deviation over all its values', () => {
    const values = Float32Array.from([1, 2, 3, 4]);
    expect(deviationOf({ count: 1, channels: 4, values })).toBe(Math.sqrt(1.25));
  });
});
