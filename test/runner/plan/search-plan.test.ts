import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../../src/experiment/catalogue.js';
import { createVariantsParser } from '../../../src/experiment/sweep/parse-variants.js';
import { listRungEpochs, listSearches } from '../../../src/runner/plan/planned-search.js';
import { listFreshSeeds } from '../../../src/runner/plan/search-plan.js';
import { planVariants } from '../../../src/runner/trial.js';
import { race } from '../../experiment/race.js';

const split = { validation: { split: 1000 } };
const search = { over: { 'training.batchSize': [32, 128] }, confirm: { seeds: 2 } };

function variantsOf(file: object) {
  const whole = { model: 'baseline', training: split, ...file };
  const parsed = createVariantsParser(shippedCatalogue(), [])(whole);
  if ('problems' in parsed) throw new Error(parsed.problems[0]?.message);
  return parsed.variants;
}

const lines = (files: readonly object[], control?: string) =>
  planVariants(files.flatMap(variantsOf), {}, { control }).trials.map(
    ({ experiment, seed }) =>
      `${experiment.name} ${experiment.training.batchSize} ${seed} ${experiment.role ?? ''}${experiment.search ? 'search' : ''}`,
  );

test('A search is compared with its experiment as it is written, by seeds that it has not used', () => {
  expect(lines([{ name: 'tune', seeds: [1], search }])).toEqual([
    'tune 64 0 control',
    'tune 64 2 control',
    'tune 32 1 search',
    'tune 128 1 search',
  ]);
});

test('Another control takes that place, with the fresh seeds beside its own', () => {
  const files = [
    { name: 'plain', role: 'control' },
    { name: 'tune', search },
  ];
  expect(lines(files)).toEqual([
    ...['plain 64 0 control', 'plain 64 1 control', 'plain 64 2 control'],
    ...['tune 32 0 search', 'tune 128 0 search'],
  ]);
  expect(lines([{ name: 'plain' }, { name: 'tune', search }], 'plain')).toHaveLength(5);
  expect(lines([{ name: 'plain' }, { name: 'tune', search }], 'tune')).toEqual([
    ...['plain 64 0 ', 'tune 64 1 ', 'tune 64 2 '],
    ...['tune 32 0 search', 'tune 128 0 search'],
  ]);
});

test('Several searches need one control, and none stands beside a race', () => {
  const two = [
    { name: 'one', search },
    { name: 'two', search },
  ];
  expect(() => lines(two)).toThrow(
    'Several searches ("one", "two") must have one control to be compared with.',
  );
  expect(lines([...two, { name: 'plain', role: 'control' }])).toHaveLength(7);
  expect(() =>
    lines([{ name: 'minmax' }, { name: 'zscore', race }, { name: 'tune', search }]),
  ).toThrow('A run has a race or a search: "zscore" races, and another experiment searches.');
});

test('A search does not enter the key of a trial', () => {
  const [with_] = listSearches(planVariants(variantsOf({ name: 'tune', search })).trials);
  const sweep = { set: search.over };
  const without = planVariants(variantsOf({ name: 'tune', sweep })).trials;
  expect(with_?.configurations.map(({ id, key }) => [id, key])).toEqual(
    without.map(({ id, key }) => [id, key]),
  );
});

test('Rungs are after whole epochs, and not before the first', () => {
  const epochsOf = (epochs: number) => {
    const [first] = variantsOf({ name: 'tune', training: { ...split, epochs }, search }).slice(1);
    return first && listRungEpochs(first.experiment);
  };
  expect([9, 10, 3, 1, 9.9].map(epochsOf)).toEqual([
    [1, 3, 9],
    [1, 3, 10],
    [1, 1, 3],
    [1, 1, 1],
    [1, 3, 10],
  ]);
  expect(listFreshSeeds(undefined)).toEqual([]);
});
