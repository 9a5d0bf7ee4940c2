import { expect, test } from 'vitest';
import { renderSameTrials } from '../../src/cli/render-same-trials.js';
import { planVariants } from '../../src/runner/trial.js';
import { parseExperiment } from '../experiment/parse.js';

const arm = (name: string, batchSize?: number) => ({
  experiment: parseExperiment({ name, training: { batchSize: batchSize ?? 64 } }),
  changes: batchSize ? [{ path: 'training.batchSize', value: batchSize }] : [],
});

test('A plan without duplicates needs no word', () => {
  expect(renderSameTrials(planVariants([arm('a', 32), arm('a', 64)]))).toBe('');
});

test('What comes twice and what has two names is told', () => {
  const plan = planVariants([arm('a'), arm('a', 64), arm('b', 32), arm('b', 32), arm('c')]);
  expect(renderSameTrials(plan).split('\n')).toEqual([
    'Note: "a" with training.batchSize=64, seed 0 is the same trial as the experiment as it is written: it runs once.',
    'Note: "b" with training.batchSize=32, seed 0 comes twice: it runs once.',
    'Note: "c" seed 0 is the same training as "a" seed 0 under another name: both run.',
    '',
  ]);
});

test('Many are counted', () => {
  const lines = renderSameTrials(planVariants(Array.from({ length: 9 }, () => arm('a', 32))));
  expect(lines.trimEnd().split('\n')).toHaveLength(4);
  expect(lines).toContain('Note: 5 more trials that run once.\n');
});
