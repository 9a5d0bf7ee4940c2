import { expect, test } from 'vitest';
import { parseThreshold } from '../../src/experiment/thresholds.js';
import { parseExperiment, problemsOf } from './parse.js';

test.each([
  ['>= 0.68', { operator: '>=', bound: { kind: 'number', value: 0.68 } }],
  ['<1e-3', { operator: '<', bound: { kind: 'number', value: 0.001 } }],
  ['<= 1.2x baseline', { operator: '<=', bound: { kind: 'ratio', value: 1.2 } }],
  ['> baseline', { operator: '>', bound: { kind: 'offset', value: 0 } }],
  ['>= baseline - 1pp', { operator: '>=', bound: { kind: 'offset', value: -0.01 } }],
  ['<= baseline + 0.05', { operator: '<=', bound: { kind: 'offset', value: 0.05 } }],
] as const)('the rule "%s" is understood', (text, rule) => {
  expect(parseThreshold(text)).toEqual(rule);
});

test.each(['', '0.68', '== 1', '>= 68 %', '>= x baseline', '>= baseline *2', '>= 0.68; rm -rf /'])(
  '"%s" is no rule',
  (text) => {
    expect(parseThreshold(text)).toBeUndefined();
  },
);

test('an experiment may have thresholds', () => {
  const thresholds = { testAccuracy: '>= 0.68', trainSeconds: '<= 1.2x baseline' };
  expect(parseExperiment({ thresholds }).thresholds).toEqual(thresholds);
});

test('what is no rule, and what cannot be bounded, are errors', () => {
  expect(problemsOf({ thresholds: { testAccuracy: '68 %' } })).toEqual([
    'thresholds.testAccuracy must be a rule such as ">= 0.68", "<= 1.2x baseline" or ">= baseline - 1pp" (percentage points), received "68 %".',
  ]);
  expect(problemsOf({ thresholds: { testAcuracy: '>= 0.68' } })).toEqual([
    'thresholds.testAcuracy is not a known key. Hint: did you mean "testAccuracy"?',
  ]);
});
