import { expect, test } from 'vitest';
import { checkThresholds } from '../../../src/analysis/gate/check-thresholds.js';
import { doneTrial, experiment, failedTrial, resultsOf } from '../../report/results.js';
import { minmax } from './sides.js';

const bounded = (thresholds: Readonly<Record<string, string>>) =>
  resultsOf(...minmax([0.66, 0.7], { thresholds }));

test('experiments without thresholds have nothing to check', () => {
  expect(checkThresholds(resultsOf(...minmax([0.7])))).toEqual([]);
});

test.each([
  ['>= 0.68', true],
  ['> 0.68', false],
  ['>= 0.681', false],
  ['<= 0.68', true],
  ['< 0.69', true],
])('a mean of 0.68 and the rule "%s"', (rule, passes) => {
  expect(checkThresholds(bounded({ testAccuracy: rule }))).toMatchObject([
    { arm: 'minmax', metric: 'testAccuracy', rule, passes },
  ]);
});

test.each([
  ['<= 1.2x baseline', 100, false],
  ['<= 1.2x baseline', 140, true],
  ['< baseline', 161.2, false],
  ['<= baseline', 161.2, true],
  ['<= baseline + 10', 155, true],
  ['>= baseline - 10', 180, false],
])('161.2 seconds and the rule "%s" with a baseline of %d', (rule, seconds, passes) => {
  const baseline = resultsOf(doneTrial({ ...minmax([0.7])[0], trainSeconds: seconds }));
  expect(checkThresholds(bounded({ trainSeconds: rule }), { baseline })).toMatchObject([
    { passes },
  ]);
});

test('points are points', () => {
  const baseline = resultsOf(...minmax([0.685]));
  const passes = (rule: string) =>
    checkThresholds(bounded({ testAccuracy: rule }), { baseline })[0]?.passes;
  expect([passes('>= baseline - 1pp'), passes('>= baseline - 0.4pp')]).toEqual([true, false]);
});

test('what cannot be checked does not pass', () => {
  const thresholds = { testAccuracy: '>= 0.1' };
  const failed = failedTrial({ experiment: experiment({ name: 'minmax', thresholds }) });
  expect(checkThresholds(resultsOf(failed))).toEqual([
    {
      arm: 'minmax',
      metric: 'testAccuracy',
      rule: '>= 0.1',
      passes: false,
      reason: 'A trial failed.',
    },
  ]);
  expect(checkThresholds(bounded({ trainSeconds: '<= baseline' }))).toMatchObject([
    { passes: false, value: 161.2, reason: 'There is no baseline for it.' },
  ]);
  expect(checkThresholds(bounded({ testLoss: 'low' }))).toMatchObject([
    { passes: false, reason: 'It is no rule that prep-lab knows.' },
  ]);
});
