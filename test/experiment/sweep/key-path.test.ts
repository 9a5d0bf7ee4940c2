import { expect, test } from 'vitest';
import { findAtPath, parseKeyPath } from '../../../src/experiment/sweep/key-path.js';

test.each([
  ['seeds', ['seeds']],
  ['training.optimizer.learningRate', ['training', 'optimizer', 'learningRate']],
  ['preprocessing[1].factor', ['preprocessing', 1, 'factor']],
  ['preprocessing.random-flip.mode', ['preprocessing', 'random-flip', 'mode']],
  ['model.dropoutRates[0]', ['model', 'dropoutRates', 0]],
])('%s', (text, path) => {
  expect(parseKeyPath(text)).toEqual(path);
});

test.each(['', '.', 'a.', '.a', 'a..b', '[0]', 'a[', 'a[x]', 'a[1]b', 'a b', 'a[-1]'])(
  '%j is no path',
  (text) => {
    expect(parseKeyPath(text)).toBeUndefined();
  },
);

test('A path leads to a value, by a stage’s name too, or nowhere', () => {
  const root = { stages: [{ name: 'a' }, { name: 'b', factor: 2 }] };
  expect(findAtPath(root, ['stages', 1, 'factor'])).toBe(2);
  expect(findAtPath(root, ['stages', 'b', 'factor'])).toBe(2);
  expect(findAtPath(root, ['stages', 'c', 'factor'])).toBeUndefined();
  expect(findAtPath(root, ['toString'])).toBeUndefined();
});
