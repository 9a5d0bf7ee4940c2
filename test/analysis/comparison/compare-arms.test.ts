import { expect, test } from 'vitest';
import { compareArms } from '../../../src/analysis/comparison/compare-arms.js';
import type { DoneTrial } from '../../../src/results/result.js';
import { networkOf, trialsOf } from './trials.js';

function withSeeds(trials: readonly DoneTrial[], seeds: readonly number[]): DoneTrial[] {
  return trials.map((trial, index) => ({ ...trial, seed: seeds[index] as number }));
}

/** So many ones, then zeros. */
function bits(count: number, ones: number): number[] {
  return Array.from({ length: count }, (_, index) => (index < ones ? 1 : 0));
}

test('shared seeds are paired: what moves both sides alike does not count', () => {
  const comparison = compareArms(trialsOf([0.7, 0.74, 0.66]), trialsOf([0.72, 0.761, 0.68]));
  expect(comparison).toMatchObject({ method: 'paired t test', count: 3, unit: 'seeds' });
  expect(comparison.verdict).toBe('better');
  expect(comparison.difference).toBeCloseTo(0.020333, 6);
});

test('a drop is worse', () => {
  const comparison = compareArms(trialsOf([0.7, 0.71, 0.72]), trialsOf([0.67, 0.681, 0.69]));
  expect(comparison.verdict).toBe('worse');
});

test('only shared seeds count where two are shared', () => {
  const arm = withSeeds(trialsOf([0.76, 0.73, 0.1]), [1, 0, 9]);
  const comparison = compareArms(trialsOf([0.7, 0.74, 0.2]), arm);
  expect(comparison).toMatchObject({ method: 'paired t test', count: 2 });
  expect(comparison.difference).toBeCloseTo(0.025, 12);
});

test('a seed that stands twice is paired once', () => {
  const twice = withSeeds(trialsOf([0.7, 0.71, 0.72]), [0, 0, 1]);
  expect(compareArms(twice, trialsOf([0.7, 0.72])).count).toBe(2);
});

test('different seeds are two groups', () => {
  const arm = withSeeds(trialsOf([0.8, 0.81]), [7, 8]);
  expect(compareArms(trialsOf([0.7, 0.71, 0.72]), arm)).toMatchObject({
    method: 'Welch t test',
    count: 2,
    verdict: 'better',
  });
});

test('without a difference, few seeds are too few and enough are enough', () => {
  const [before, after] = [trialsOf([0.7, 0.71, 0.72]), trialsOf([0.71, 0.7, 0.73])];
  const strict = compareArms(before, after);
  expect(strict).toMatchObject({ verdict: 'too few', count: 3, neededCount: 13 });
  expect(compareArms(before, after, { relevantDifference: 0.1 }).verdict).toBe('no difference');
});

test('the same numbers are no difference', () => {
  const trials = trialsOf([0.7, 0.71, 0.72]);
  expect(compareArms(trials, trials)).toMatchObject({ verdict: 'no difference', difference: 0 });
});

test('one seed is compared image by image', () => {
  const before = networkOf([1, 1, 0, 0, 1, 0, 0, 0, 1, 1]);
  const after = networkOf([1, 1, 1, 0, 1, 1, 1, 1, 1, 0]);
  const comparison = compareArms([before], [after]);
  expect(comparison).toMatchObject({ method: 'McNemar test', count: 10, unit: 'images' });
  expect(comparison.difference).toBeCloseTo(0.3, 12);
  // Four images against one: 2 * (1 + 5) / 32.
  expect(comparison.pValue).toBeCloseTo(0.375, 12);
  expect(comparison.verdict).toBe('too few');
});

test('one network that is right on many more of the same images is better', () => {
  const comparison = compareArms([networkOf(bits(1000, 500))], [networkOf(bits(1000, 520))]);
  expect(comparison).toMatchObject({ verdict: 'better', method: 'McNemar test' });
});

test('one shared seed is taken where there are several on one side', () => {
  const [first] = trialsOf([0.5]);
  const more = [{ ...networkOf(bits(1000, 520)), seed: 3 }, networkOf(bits(1000, 500))];
  expect(compareArms([networkOf(bits(1000, 500))], more).difference).toBe(0);
  expect(compareArms([{ ...(first as DoneTrial), seed: 8 }], more)).toMatchObject({
    method: 'none',
    verdict: 'too few',
    count: 0,
  });
});

test.each<[string, Partial<DoneTrial>]>([
  ['other test images', { dataSha256: { 'test_batch.bin': 'other' } }],
  ['no bits', { test: { accuracy: 0.52, loss: 1, epoch: 10, weights: 'last' } }],
  ['damaged bits', { test: { accuracy: 0.52, loss: 1, epoch: 10, weights: 'last', right: '!' } }],
])('with %s the two accuracies are independent', (_, changes) => {
  const after = networkOf(bits(1000, 520), changes);
  expect(compareArms([networkOf(bits(1000, 500))], [after])).toMatchObject({
    method: 'test of two proportions',
    count: 1000,
    verdict: 'too few',
  });
});

test('alpha sets the level of the interval and of the verdict', () => {
  const [before, after] = [trialsOf([0.7, 0.72, 0.66]), trialsOf([0.72, 0.761, 0.68])];
  expect(compareArms(before, after, { alpha: 0.1 })).toMatchObject({
    verdict: 'better',
    interval: { level: 0.9 },
  });
  expect(compareArms(before, after).verdict).not.toBe('better');
});
