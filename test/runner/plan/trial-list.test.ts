import { expect, test } from 'vitest';
import { parseFilter, parseTrialList } from '../../../src/runner/plan/parse-selection.js';
import { selectTrials } from '../../../src/runner/plan/select-trials.js';
import { planTrials } from '../../../src/runner/trial.js';
import { parseExperiment } from '../../experiment/parse.js';

const plan = planTrials(['a', 'b'].map((name) => parseExperiment({ name, seeds: [0, 1, 2] })));

function select(list: string, ...filters: string[]): string[] {
  const references = parseTrialList(list);
  const parsed = filters.flatMap((text) => parseFilter(text) ?? []);
  const trials = selectTrials(plan, { filters: parsed, references });
  return trials.map(({ experiment, seed }) => `${experiment.name}${seed}`);
}

test('Trials are taken by place and by id, once each, in the order of the plan', () => {
  expect(select('4-5,0')).toEqual(['a0', 'b1', 'b2']);
  expect(select(`0-1, 1-2,${plan[3]?.id}`)).toEqual(['a0', 'a1', 'a2', 'b0']);
});

test('A filter leaves places as they are, and takes its part of them', () => {
  expect(select('0-3', 'seed=0')).toEqual(['a0', 'b0']);
});

test('What the plan does not have is named', () => {
  expect(() => select('0-6')).toThrow(
    '--trials names trial 6, but there are 6, counted from 0: the last is 5.',
  );
  expect(() => select('a-seed7-01234567')).toThrow(
    '--trials names "a-seed7-01234567", which these files and options do not make.',
  );
});

test('What is no list of trials is refused', () => {
  for (const text of ['', '1,', '3-2', 'a', 'seed=0', '-1']) {
    expect(parseTrialList(text), text).toBeUndefined();
  }
});
