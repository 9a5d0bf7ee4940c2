import { describe, expect, test } from 'vitest';
import { type Filter, parseFilter } from '../../../src/runner/plan/parse-selection.js';
import { filterTrials } from '../../../src/runner/plan/select-trials.js';
import { planTrials } from '../../../src/runner/trial.js';
import { parseExperiment } from '../../experiment/parse.js';

const zoom = { name: 'random-zoom', heightFactor: 0.1 };
const trials = planTrials([
  parseExperiment({ name: 'raw', seeds: [0, 1, 10] }),
  parseExperiment({ name: 'zoom', preprocessing: [{ name: 'minmax' }, zoom] }),
  parseExperiment({ name: 'zscore', training: { earlyStopping: { patience: 3 } } }),
]);

function filtered(...texts: string[]): string[] {
  const filters = texts.map((text) => parseFilter(text) as Filter);
  return filterTrials(trials, filters).map(({ experiment, seed }) => `${experiment.name} ${seed}`);
}

describe('A filter', () => {
  test.each<[string[], string[]]>([
    [[], ['raw 0', 'raw 1', 'raw 10', 'zoom 0', 'zscore 0']],
    [['raw'], ['raw 0', 'raw 1', 'raw 10']],
    [['z*'], ['zoom 0', 'zscore 0']],
    [['zoo?', 'z*'], ['zoom 0']],
    [
      ['raw,zoom', 'seed=0'],
      ['raw 0', 'zoom 0'],
    ],
    [['!raw'], ['zoom 0', 'zscore 0']],
    [['seed=1'], ['raw 1']],
    [['seed=1*'], ['raw 1', 'raw 10']],
    [['!seed=0'], ['raw 1', 'raw 10']],
    [['name=zoom'], ['zoom 0']],
    [['preprocessing.random-zoom.heightFactor=1e-1'], ['zoom 0']],
    [['preprocessing[1].heightFactor=0.1'], ['zoom 0']],
    [['preprocessing=*random-zoom*'], ['zoom 0']],
    [['training.earlyStopping.patience=3'], ['zscore 0']],
    [['training.earlyStopping=null', 'z*'], ['zoom 0']],
    [['id=zoom-seed0-*'], ['zoom 0']],
  ])('%j', (texts, expected) => {
    expect(filtered(...texts)).toEqual(expected);
  });

  test('takes characters of patterns by the letter', () => {
    expect(() => filtered('r.w')).toThrow('--filter "r.w" leaves none of 5 trials.');
  });

  test('that nothing fits is told with the experiments that there are', () => {
    expect(() => filtered('raw', 'seed=7')).toThrow(
      expect.objectContaining({
        message: '--filter "raw", "seed=7" leaves none of 5 trials.',
        hint: 'the experiments are raw, zoom, zscore; "--dry-run" lists the trials.',
        exitCode: 2,
      }),
    );
  });

  test('with a misspelt key is told with the nearest', () => {
    expect(() => filtered('training.batchsize=1')).toThrow(
      expect.objectContaining({
        message: '--filter "training.batchsize=1" names a key that no trial has.',
        hint: 'did you mean "training.batchSize"?',
      }),
    );
    expect(() => filtered('sed=1')).toThrow(
      expect.objectContaining({ hint: 'did you mean "seed"?' }),
    );
  });
});

test.each(['', '!', 'seed=', 'a,,b', '=3', 'a..b=3'])('%j is no filter', (text) => {
  expect(parseFilter(text)).toBeUndefined();
});
