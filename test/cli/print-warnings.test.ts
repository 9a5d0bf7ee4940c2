import { expect, test } from 'vitest';
import { renderPrecisionWarning } from '../../src/cli/print-warnings.js';
import { planTrials } from '../../src/runner/trial.js';
import { experiment } from '../report/results.js';

const { training } = experiment();
const float32 = experiment({ seeds: [0, 1] });
const mixed = experiment({
  name: 'mixed',
  seeds: [0, 1],
  training: { ...training, precision: 'mixed-bfloat16' },
});

test('Mixed precision on a processor without bfloat16 is warned of', () => {
  expect(renderPrecisionWarning(planTrials([float32, mixed]), [])).toBe(
    `Warning: 2 trials compute in mixed-bfloat16, and this processor has neither amx_bf16 nor avx512_bf16.
Hint: "--precision float32" is likely to be faster here; "prep-lab explain" measures both.
`,
  );
  const [one] = planTrials([mixed]);
  expect(renderPrecisionWarning(one ? [one] : [], [])).toMatch(/^Warning: 1 trial computes in /);
});

test('Where it has, or where all is float32, nothing is said', () => {
  expect(renderPrecisionWarning(planTrials([mixed]), ['avx512_bf16'])).toBe('');
  expect(renderPrecisionWarning(planTrials([float32]), [])).toBe('');
});
