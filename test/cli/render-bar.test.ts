import { expect, test } from 'vitest';
import { renderBar, renderResult } from '../../src/cli/terminal-progress.js';

const download = {
  label: 'TensorFlow',
  unit: 'bytes',
  done: 143_250_000,
  total: 573_000_000,
} as const;

test('shows a bar, the share, the amount and the time left', () => {
  expect(renderBar(download, { width: 80, elapsedSeconds: 10 })).toBe(
    'TensorFlow  ██████░░░░░░░░░░░░░░░░░░  25 %  143.3 of 573.0 MB  30 s left',
  );
});

test('shows longer times in minutes', () => {
  expect(renderBar(download, { width: 80, elapsedSeconds: 100 })).toMatch(/ {2}5 min 0 s left$/);
});

test('guesses no time at the start', () => {
  expect(renderBar(download, { width: 80, elapsedSeconds: 0.9 })).toMatch(/573\.0 MB$/);
});

test('is never wider than the terminal', () => {
  expect(renderBar(download, { width: 30, elapsedSeconds: 10 })).toHaveLength(30);
});

test('is full, and no fuller, at the end', () => {
  const ended = { label: 'files', unit: 'files', done: 7, total: 6 } as const;
  expect(renderBar(ended, { width: 80, elapsedSeconds: 10 })).toBe(
    `files  ${'█'.repeat(24)} 100 %  7 of 6 files`,
  );
});

test('shows amount and time without a known total', () => {
  const open = { label: 'wheel', unit: 'bytes', done: 1_500_000, total: undefined } as const;
  expect(renderBar(open, { width: 80, elapsedSeconds: 3.7 })).toBe('wheel  1.5 MB, 3 s');
});

test('shows only the time where nothing is counted', () => {
  expect(renderResult({ unit: 'files', done: 0, total: undefined }, 3.14)).toBe('3.1 s');
});
