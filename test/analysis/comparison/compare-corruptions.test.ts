import { expect, test } from 'vitest';
import {
  compareCorruptions,
  readCorruptions,
} from '../../../src/analysis/comparison/compare-corruptions.js';
import { corruptionsOf } from '../../results/corruptions.js';
import { trialsOf } from './trials.js';

function armOf(accuracies: readonly number[], changes = {}) {
  return trialsOf(accuracies).map((trial, index) => ({
    ...trial,
    corruptions: corruptionsOf(accuracies[index] ?? 0, changes),
  }));
}

test('pairs means over corruptions by seed, with the interval of a paired t test', () => {
  const compared = compareCorruptions(armOf([0.5, 0.52, 0.54]), armOf([0.53, 0.54, 0.58]));
  expect(compared).toMatchObject({ count: 3, interval: { level: 0.95 } });
  expect(compared?.before).toBeCloseTo(0.52, 10);
  expect(compared?.after).toBeCloseTo(0.55, 10);
  expect(compared?.difference).toBeCloseTo(0.03, 10);
  // 0.03 ± 4.302653 * 0.01 / sqrt(3)
  expect(compared?.interval?.lower).toBeCloseTo(0.005159, 5);
  expect(compared?.interval?.upper).toBeCloseTo(0.054841, 5);
});

test('has no interval of a single seed', () => {
  const compared = compareCorruptions(armOf([0.5]), armOf([0.51]));
  expect(compared).toMatchObject({ count: 1 });
  expect(compared).not.toHaveProperty('interval');
});

test('compares nothing where one side was not judged, or on other images', () => {
  expect(compareCorruptions(trialsOf([0.5, 0.6]), armOf([0.5, 0.6]))).toBeUndefined();
  for (const other of [{ seed: 1 }, { imageCount: 10 }, { set: 'cifar10-c' }]) {
    expect(compareCorruptions(armOf([0.5]), armOf([0.5], other))).toBeUndefined();
  }
});

test('reads an arm only whole, and of one set of images', () => {
  const arm = armOf([0.5, 0.6]);
  expect(readCorruptions(arm)).toHaveLength(2);
  expect(readCorruptions([...arm, ...trialsOf([0.5])])).toBeUndefined();
  expect(readCorruptions([...arm, ...armOf([0.5], { seed: 1 })])).toBeUndefined();
});
