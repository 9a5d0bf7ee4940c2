import { expect, test } from 'vitest';
import { findNearest } from '../../src/text/nearest.js';

const names = ['raw', 'minmax', 'zscore', 'random-flip', 'random-zoom', 'pad'];

test.each([
  ['random_flip', 'random-flip'],
  ['RandomFlip', 'random-flip'],
  ['randm-flp', 'random-flip'],
  ['flip', 'random-flip'],
  ['zscroe', 'zscore'],
  ['row', 'raw'],
])('%s most likely means %s', (given, meant) => {
  expect(findNearest(given, names)).toBe(meant);
});

test.each(['', 'gamma', 'random-gamma', 'mixup', 'x'.repeat(1000)])(
  '%j is near to nothing',
  (given) => {
    expect(findNearest(given, names)).toBeUndefined();
  },
);
