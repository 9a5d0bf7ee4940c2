import { expect, test } from 'vitest';
import type { BenchResults } from '../../../bench/measurement.js';
import { renderReport } from '../../../bench/render/report.js';
import { resultsOf, step } from '../measurements.js';

test('the report says what it was made on and with', () => {
  const [only] = step('prep-lab', [0.01]);
  if (!only) throw new Error('No measurement.');
  const report = renderReport(resultsOf([{ ...only, versions: { TensorFlow: '2.21.0' } }]));
  expect(report.split('\n').slice(2, 6)).toEqual([
    '- Some CPU, 2 cores, 8 GiB, Linux 6',
    '- on the CPU with 2 threads',
    '- begun 2026-03-04 05:06 UTC',
    '- prep-lab 0.1.0 (abc1234), Node v20.20.2, TensorFlow 2.21.0',
  ]);
});

test('sections that were not measured are left out', () => {
  const report = renderReport(resultsOf(step('prep-lab', [0.01])));
  expect(report.match(/^## .*/gm)).toEqual(['## The bare training step']);
});

test('targets are judged on a full run on the CPU only', () => {
  const full = resultsOf([...step('prep-lab', [0.01]), ...step('Keras', [0.02])]);
  const titled = (settings: Partial<BenchResults['settings']>) =>
    renderReport({ ...full, settings: { ...full.settings, ...settings } }).includes('## Targets');
  expect([titled({}), titled({ size: 'quick' }), titled({ device: 'gpu' })]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a busy machine is warned of', () => {
  const quiet = resultsOf(step('prep-lab', [0.01]));
  const busy = { ...quiet, machine: { ...quiet.machine, loadAtStart: 1.54 } };
  const warning =
    '> The machine was busy when this began (load 1.5 on 2 cores): do not trust the figures.';
  expect(renderReport(busy)).toContain(warning);
  expect(renderReport(quiet)).not.toContain('> ');
});

test('sides that train different nets are warned of', () => {
  const nets = [
    ...step('prep-lab', [0.01]).map((one) => ({ ...one, parameterCount: 167_562 })),
    ...step('PyTorch', [0.01]).map((one) => ({ ...one, parameterCount: 122_570 })),
  ];
  expect(renderReport(resultsOf(nets))).toContain(
    '> The sides of "baseline, batch 64" train different nets, of 167562 and 122570 parameters.',
  );
});
