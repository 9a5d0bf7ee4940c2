import { expect, test } from 'vitest';
import { renderGateTable } from '../../../src/report/gate/table.js';
import { hostileName, mixedReport, named, reportOf } from './reports.js';

test('a row an experiment, why it fails below it, what differs, and the outcome', () => {
  expect(renderGateTable(mixedReport()).split('\n')).toEqual([
    'base: base',
    'head: head',
    '',
    'experiment          base          head  difference     95 % interval        n  verdict',
    'worse       69.0 ± 0.8 %  51.2 ± 1.0 %      -17.75  -18.55 to -16.95  4 seeds  worse, fails',
    'same        69.0 ± 0.8 %  69.0 ± 0.8 %        0.00         identical  4 seeds  no difference, fails',
    '    testAccuracy >= 0.7: 0.69, fails.',
    'lost        69.0 ± 0.8 %  69.3 ± 0.6 %           -                 -        -  not comparable, fails',
    '    Seed 0 is missing in head. (--allow seeds)',
    '',
    'What differs:',
    '    thresholds.testAccuracy: - to ">= 0.7" (same)',
    '',
    'Fails: 3 of 3 experiments.',
    '',
    "Better or worse: by 1.00 points or more, and p < 0.05 after Holm's correction for the number of experiments that differ.",
    '',
  ]);
});

test('what many experiments have in common is said once', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const [noisy, noisier] = [
    [0.7, 0.6, 0.7, 0.62],
    [0.62, 0.7, 0.6, 0.7],
  ];
  const base = names.flatMap((name) => named(name, noisy as number[]));
  const head = names.flatMap((name) => named(name, noisier as number[]));
  const threads = head.map((trial) => ({
    ...trial,
    environment: { ...trial.environment, threads: 4 },
  }));
  const text = renderGateTable(reportOf(base, threads, { alpha: 0.01 }));
  expect(text).toContain('99 % interval');
  expect(text.match(/4 seeds may miss/g)).toHaveLength(1);
  expect(text).toContain('\n    threads: 2 to 4 (all)\n');
});

test('a hostile name stays on its line and does nothing to a terminal', () => {
  const trials = named(hostileName, [0.7, 0.71]);
  const text = renderGateTable(reportOf(trials, trials));
  expect(text.split('\n')).toHaveLength(10);
  expect(text).not.toMatch(/\u202e/);
  expect(text).not.toContain('\u001b');
});
