import { expect, test } from 'vitest';
import { expectMaximum } from '../../src/statistics/expected-maximum.js';

// Teichroew 1956; two values: 1 / sqrt(pi).
test.each([
  [1, 0],
  [2, 1 / Math.sqrt(Math.PI)],
  [3, 0.8462843753],
  [5, 1.1629644736],
  [10, 1.5387527308],
  [100, 2.5075936],
])(
  'Of %d normal values the largest lies %d standard deviations above the mean',
  (count, expected) => {
    expect(expectMaximum(count)).toBeCloseTo(expected, 6);
  },
);
