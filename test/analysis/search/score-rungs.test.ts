import { expect, test } from 'vitest';
import { scoreRungs } from '../../../src/analysis/search/score-rungs.js';
import { storedTrial } from '../../results/stored-trial.js';

const rungs = [1, 3, 9];
const history = (epochs: number) =>
  storedTrial('done')
    .history.slice(0, epochs)
    .map((record, index) => ({
      ...record,
      validationAccuracy: (index + 1) / 10,
    }));
const done = (epochs: number, epoch: number) => ({
  result: {
    ...storedTrial('done'),
    history: history(epochs),
    test: { ...storedTrial('done').test, epoch },
  },
});

test('A rung is scored by the validation accuracy after its epoch, the last one when it was trained to its end', () => {
  expect(scoreRungs({ history: [] }, rungs)).toEqual([]);
  expect(scoreRungs({ history: history(2) }, rungs)).toEqual([0.1]);
  expect(scoreRungs({ history: history(9) }, rungs)).toEqual([0.1, 0.3]);
  expect(scoreRungs(done(9, 9), rungs)).toEqual([0.1, 0.3, 0.9]);
});

test('Early stopping has the score of the weights that it ended with', () => {
  expect(scoreRungs(done(2, 1), rungs)).toEqual([0.1, 0.1, 0.1]);
  expect(scoreRungs(done(8, 6), rungs)).toEqual([0.1, 0.3, 0.6]);
});

test('One that failed has none from there on', () => {
  const result = { ...storedTrial('failed'), history: history(2) };
  expect(scoreRungs({ result }, rungs)).toEqual([0.1, Number.NaN, Number.NaN]);
});
