import { expect, test } from 'vitest';
import { renderAdvice } from '../../../src/look/explain/render-explanation.js';

test('each advice has its fix below it, as JSON', () => {
  const text = renderAdvice([
    {
      check: 'value-range',
      severity: 'warning',
      text: 'It is wrong.',
      numbers: {},
      fix: { path: 'preprocessing', value: [{ name: 'minmax' }, { name: 'zscore' }] },
    },
    {
      check: 'label-meaning',
      severity: 'hint',
      text: `Look ${'here '.repeat(30)}\u001b[31m.`,
      numbers: {},
    },
  ]);
  expect(text.split('\n')).toEqual([
    'Warning (value-range): It is wrong.',
    'Fix: write preprocessing as',
    '  [',
    '    {"name":"minmax"},',
    '    {"name":"zscore"}',
    '  ]',
    '',
    `Hint (label-meaning): Look ${'here '.repeat(13)}here`,
    `${'here '.repeat(16)}?[31m.`,
    '',
  ]);
});
