import { expect, test } from 'vitest';
import { renderSteps } from '../../../bench/render/training.js';
import { step } from '../measurements.js';

test('the table of the steps compares every side with prep-lab, round by round', () => {
  const table = renderSteps([
    ...step('prep-lab', [0.01, 0.02, 0.03]),
    ...step('Keras', [0.015, 0.03, 0.048]),
    {
      status: 'skipped',
      section: 'steps',
      case: 'baseline, batch 64',
      side: 'PyTorch',
      reason: 'no Python',
    },
  ]);
  expect(table).toBe(
    [
      '| baseline, batch 64 | a step | prep-lab is this many times as fast | start to end of first epoch | peak memory |',
      '| --- | ---: | ---: | ---: | ---: |',
      '| prep-lab | 20.0 ms (10.0 ms–30.0 ms) | reference | - | - |',
      '| Keras | 30.0 ms (15.0 ms–48.0 ms) | 1.50 (1.50–1.60) | - | - |',
      '| PyTorch | skipped: no Python | - | - | - |',
    ].join('\n'),
  );
});

test('the time to the first epoch and the memory are shown where they are known', () => {
  const [only] = step('prep-lab', [0.01]);
  if (!only) throw new Error('No measurement.');
  const table = renderSteps([{ ...only, readySeconds: 1.5, peakMemoryBytes: 480_400_000 }]);
  expect(table.split('\n').at(-1)).toBe('| prep-lab | 10.0 ms | reference | 1.50 s | 480 MB |');
});

test('each net has a table of its own', () => {
  const table = renderSteps([
    ...step('prep-lab', [0.01]),
    ...step('prep-lab', [0.5], 'deep, batch 128'),
  ]);
  expect(table.split('\n\n').map((part) => part.slice(0, 15))).toEqual([
    '| baseline, bat',
    '| deep, batch 1',
  ]);
});

test('a side that failed in a later round still shows its earlier ones', () => {
  const table = renderSteps([
    ...step('prep-lab', [0.01]),
    ...step('Keras', [0.02]),
    { status: 'skipped', section: 'steps', case: 'baseline, batch 64', side: 'Keras', reason: 'x' },
  ]);
  expect(table).toContain('| Keras | 20.0 ms | 2.00 | - | - |');
});
