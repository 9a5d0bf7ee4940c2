import { expect, test } from 'vitest';
import { planVariants } from '../../../src/runner/trial.js';
import { parseExperiment } from '../../experiment/parse.js';

const arm = (name: string, training: object, seeds = [0]) => ({
  experiment: parseExperiment({ name, training, seeds }),
  changes: Object.entries(training).map(([key, value]) => ({ path: `training.${key}`, value })),
});

test('Each arm has a trial a seed, with its changes and its own epochs', () => {
  const plan = planVariants([arm('a', { epochs: 3 }, [0, 1]), arm('a', { epochs: 4 })], {
    epochs: 2,
  });
  expect(plan.duplicates).toHaveLength(1);
  expect(
    plan.trials.map(({ seed, changes, writtenEpochs }) => [seed, changes, writtenEpochs]),
  ).toEqual([
    [0, [{ path: 'training.epochs', value: 3 }], 3],
    [1, [{ path: 'training.epochs', value: 3 }], 3],
  ]);
});

test('A trial that comes again is planned once; under another name it is another trial', () => {
  const plan = planVariants([
    arm('a', {}),
    arm('a', { batchSize: 64 }),
    arm('b', {}),
    arm('a', { batchSize: 32 }),
  ]);
  expect(plan.trials.map(({ experiment, changes }) => [experiment.name, changes.length])).toEqual([
    ['a', 0],
    ['b', 0],
    ['a', 1],
  ]);
  const [first, twin] = plan.trials;
  expect(plan.duplicates.map((pair) => [pair.first, pair.again.changes.length])).toEqual([
    [first, 1],
  ]);
  expect(plan.twins).toEqual([{ first, again: twin }]);
  expect(twin?.key).toBe(first?.key);
});

test('What an override breaks in many arms is told once', () => {
  const arms = [1, 2, 3].map((epochs) => arm('a', { epochs }));
  const plan = () => planVariants(arms, { limit: { train: 20, test: 20 } });
  expect(plan).toThrow(
    /^a: training.batchSize must be at most the 20 images to train on, received 64\.$/,
  );
});
