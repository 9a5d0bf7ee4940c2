import { expect, test } from 'vitest';
import {
  renderAccuracies,
  renderCount,
  renderCountOf,
  renderDuration,
  renderEpochs,
  renderList,
  renderNames,
  renderPercent,
  renderPoints,
  renderRange,
} from '../../src/text/quantities.js';

test.each([
  [0, '0.00 %'],
  [0.6547, '65.47 %'],
  [1, '100.00 %'],
])('the rate %d is shown in percent', (rate, text) => {
  expect(renderPercent(rate)).toBe(text);
});

test.each([
  [0.0131, '+1.31'],
  [0.6735 - 0.6938, '-2.03'],
  [0, '0.00'],
  [-0.00004, '0.00'],
  [0.00004, '0.00'],
  [-0.00006, '-0.01'],
])('a difference of %d is shown in points, with a sign unless it is none', (difference, text) => {
  expect(renderPoints(difference)).toBe(text);
});

test.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [161.2, '2 min 41 s'],
  [3599.6, '1 h 0 min'],
  [7325, '2 h 2 min'],
])('%d seconds are shown in units that fit', (seconds, text) => {
  expect(renderDuration(seconds)).toBe(text);
});

test('counts have their thousands parted', () => {
  expect([0, 999, 50_000, 3101.7].map(renderCount)).toEqual(['0', '999', '50,000', '3,102']);
});

test('lists end in a word', () => {
  const names = ['raw', 'minmax', 'zscore'];
  expect([0, 1, 2, 3].map((count) => renderList(names.slice(0, count)))).toEqual([
    '',
    'raw',
    'raw and minmax',
    'raw, minmax and zscore',
  ]);
});

test('many names are counted', () => {
  const names = Array.from({ length: 100 }, (_, index) => `arm-${index}`);
  expect(renderNames(names.slice(0, 2))).toBe('arm-0 and arm-1');
  expect(renderNames(names)).toBe('arm-0, arm-1, arm-2, arm-3, arm-4, arm-5, arm-6 and 93 more');
});

test.each([
  [[0.6547], '65.47 %'],
  [[0.71, 0.72, 0.705], '71.2 ± 0.8 %'],
  [[0.71, 0.7101], '71.00 ± 0.01 %'],
])('the accuracies %j are shown as %s', (rates, text) => {
  expect(renderAccuracies(rates)).toBe(text);
});

test('a range has the digits of its ends, or says that only training shows it', () => {
  expect(renderRange([-2.5, 1 / 3])).toBe('-2.5 to 0.333');
  expect(renderRange([0, Number.POSITIVE_INFINITY])).toBe('not known before training');
});

test.each([
  [0, '0'],
  [0.000_123, '0.00012'],
  [0.004, '0.004'],
  [0.009_99, '0.01'],
  [0.0149, '0.01'],
  [9.899, '9.9'],
  [12_300, '12,300'],
])('%d epochs are shown with two decimals, but never as 0', (epochs, text) => {
  expect(renderEpochs(epochs)).toBe(text);
});

test('things are counted with their noun', () => {
  const texts = [0, 1, 9.5, 12_300].map((count) => renderCountOf(count, 'epoch'));
  expect(texts).toEqual(['0 epochs', '1 epoch', '9.5 epochs', '12,300 epochs']);
});
