import { expect, test } from 'vitest';
import {
  renderChange,
  renderRatio,
  renderSeconds,
  renderSpread,
} from '../../../bench/render/quantities.js';

test.each([
  [0.00123, '1.23 ms'],
  [0.0119, '11.9 ms'],
  [0.474, '474 ms'],
  [1.58, '1.58 s'],
  [61.04, '61.0 s'],
])('%f seconds are shown as %s', (seconds, text) => {
  expect(renderSeconds(seconds)).toBe(text);
});

test.each([
  [0.302, '+30 %'],
  [-0.09, '-9 %'],
  [-0.001, '0 %'],
])('a change of %f is shown as %s', (change, text) => {
  expect(renderChange(change)).toBe(text);
});

test('several samples show their ends', () => {
  const spread = { median: 1.5, min: 1.25, max: 2, count: 3 };
  expect(renderSpread(spread, renderRatio)).toBe('1.50 (1.25–2.00)');
});

test('one sample shows no spread', () => {
  expect(renderSpread({ median: 1.5, min: 1.5, max: 1.5, count: 1 }, renderRatio)).toBe('1.50');
});
