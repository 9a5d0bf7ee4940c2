import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainConditions } from '../../../src/runner/plan/conditions.js';
import { parseShard } from '../../../src/runner/plan/parse-selection.js';
import { takeShard } from '../../../src/runner/plan/select-trials.js';
import { planTrials } from '../../../src/runner/trial.js';
import { parseExperiment } from '../../experiment/parse.js';

const experiments = ['a', 'b', 'c'].map((name) => parseExperiment({ name, seeds: [0, 1, 2, 10] }));
const trials = planTrials(experiments);

test('Each trial is in just one shard, in the order of the plan, and shards are of one size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: trials.length }), (count) => {
      const shards = Array.from({ length: count }, (_, index) =>
        takeShard(trials, { index: index + 1, count }),
      );
      expect(shards.flat().sort((a, b) => trials.indexOf(a) - trials.indexOf(b))).toEqual(trials);
      const sizes = shards.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      for (const shard of shards)
        expect(trials.filter((one) => shard.includes(one))).toEqual(shard);
    }),
  );
});

test('A shard is the same for files in another order and on another machine', () => {
  const elsewhere = planTrials(
    experiments.toReversed(),
    {},
    { conditions: { ...plainConditions(), threads: 99, device: 'gpu' } },
  );
  const namesOf = (plan: typeof trials) =>
    takeShard(plan, { index: 2, count: 5 })
      .map(({ experiment, seed }) => `${experiment.name} ${seed}`)
      .sort();
  expect(namesOf(elsewhere)).toEqual(namesOf(trials));
});

test('A shard without trials is told', () => {
  expect(() => takeShard(trials, { index: 13, count: 13 })).toThrow(
    '--shard 13/13 has none of 12 trials.',
  );
});

test('Shards count from 1', () => {
  expect(parseShard('2/3')).toEqual({ index: 2, count: 3 });
  for (const text of ['0/3', '4/3', '1/0', '1', '1/', '/3', '1/3/5', '-1/3', '1.5/3']) {
    expect(parseShard(text)).toBeUndefined();
  }
});
