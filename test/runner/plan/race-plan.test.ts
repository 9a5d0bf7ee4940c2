import { expect, test } from 'vitest';
import type { Experiment } from '../../../src/experiment/experiment.js';
import { parseExperiment } from '../../../src/index.js';
import { planRace } from '../../../src/runner/plan/race-plan.js';
import { planVariants } from '../../../src/runner/trial.js';
import { race as sixSeeds } from '../../experiment/race.js';

const race = { ...sixSeeds, maxSeeds: 4 };

const member = (name: string, more: object = {}) => ({
  experiment: parseExperiment({
    name,
    model: 'baseline',
    preprocessing: [],
    ...more,
  }) as Experiment,
  changes: [],
});

test('The racers and their control get all seeds up to the last look, others keep theirs', () => {
  const planned = planRace([
    member('minmax'),
    member('zscore', { race }),
    member('raw', { seeds: 2 }),
  ]);
  expect(planned.map(({ seeds }) => seeds.length)).toEqual([4, 4, 2]);
});

test('A race of the run is that of all but the control', () => {
  const planned = planRace([member('minmax'), member('zscore'), member('raw')], race);
  expect(planned.map((experiment) => experiment.race)).toEqual([undefined, race, race]);
});

test('A race does not enter the key of a trial', () => {
  const [with_, without] = [{ race }, { seeds: 4 }].map((more) =>
    planVariants([member('minmax'), member('zscore', more)]).trials.filter(
      ({ experiment }) => experiment.name === 'zscore',
    ),
  );
  expect(with_?.map(({ key }) => key)).toEqual(without?.map(({ key }) => key));
});

test('A control that is not there is told with those that are', () => {
  expect(() => planRace([member('raw'), member('zscore', { race })])).toThrow(
    'A race must be against one of the experiments of its run ("raw", "zscore"), received "minmax".',
  );
});

test('Two races in one run are refused', () => {
  const other = { ...race, maxSeeds: 9 };
  expect(() =>
    planRace([member('minmax'), member('zscore', { race }), member('raw', { race: other })]),
  ).toThrow(
    'The experiments of a run must have the same race: that of "raw" differs from that of "zscore".',
  );
});
