import { describe, expect, test } from 'vitest';
import type { Experiment } from '../../src/experiment/experiment.js';
import { planTrials } from '../../src/runner/trial.js';
import { parseExperiment } from '../experiment/parse.js';

const base = { name: 'flip', preprocessing: [{ name: 'minmax' }, { name: 'random-flip' }] };

const idOf = (experiment: Experiment) => planTrials([experiment])[0]?.id ?? '';
const idOfFile = (changes: object = {}) => idOf(parseExperiment({ ...base, ...changes }));

test('There is one trial a seed, in the order of the experiments', () => {
  const experiments = [
    parseExperiment({ ...base, seeds: [2, 0] }),
    parseExperiment({ ...base, name: 'other' }),
  ];
  const trials = planTrials(experiments, { epochs: 3 });
  expect(trials.map(({ experiment, seed }) => [experiment.name, seed])).toEqual([
    ['flip', 2],
    ['flip', 0],
    ['other', 0],
  ]);
  for (const { experiment, writtenEpochs } of trials) {
    expect([experiment.training.epochs, writtenEpochs]).toEqual([3, 10]);
  }
});

describe('The id of a trial', () => {
  test('is experiment, seed and eight digits of a hash', () => {
    expect(idOfFile()).toMatch(/^flip-seed0-[0-9a-f]{8}$/);
    expect(idOfFile({ seeds: [41] })).toMatch(/^flip-seed41-[0-9a-f]{8}$/);
  });

  test('is the same for what changes no number', () => {
    const id = idOfFile();
    expect(idOfFile({ description: 'Flipped.' })).toBe(id);
    expect(idOfFile({ published: { testAccuracy: 0.5 } })).toBe(id);
    expect(idOfFile({ seeds: [0, 1, 2] })).toBe(id);
    expect(idOfFile({ training: { batchSize: 64, epochs: 10 } })).toBe(id);
    expect(idOfFile({ training: { epochs: 10, batchSize: 64 } })).toBe(id);
  });

  test.each([
    ['seed', { seeds: [1] }],
    ['dataset', { dataset: { trainLimit: 100 } }],
    ['stage', { preprocessing: [{ name: 'minmax' }] }],
    ['order of stages', { preprocessing: base.preprocessing.toReversed() }],
    ['resampling', { resampling: 'once' }],
    ['model', { model: { name: 'deep' } }],
    ['epochs', { training: { epochs: 11 } }],
    ['learning rate', { training: { optimizer: { name: 'adam', learningRate: 0.002 } } }],
    ['validation', { training: { validation: { split: 5000 } } }],
  ])('is another for another %s', (_, changes) => {
    const hash = (id: string) => id.slice(-8);
    expect(hash(idOfFile(changes))).not.toBe(hash(idOfFile()));
  });

  test('follows what the command line changes', () => {
    const experiment = parseExperiment(base);
    const [quick] = planTrials([experiment], { quick: true });
    const [limited] = planTrials([experiment], {
      epochs: 5,
      limit: { train: 2000, test: 1000 },
    });
    const dataset = { trainLimit: 2000, testLimit: 1000 };
    expect(new Set([idOf(experiment), quick?.id, limited?.id]).size).toBe(3);
    expect(limited?.id).toBe(idOfFile({ dataset, training: { epochs: 5 } }));
  });
});

test('An override that leaves an experiment that cannot be trained is refused', () => {
  const experiment = parseExperiment({ ...base, training: { batchSize: 128 } });
  const plan = () => planTrials([experiment], { limit: { train: 100, test: 100 } });
  expect(plan).toThrow(
    expect.objectContaining({
      name: 'UserError',
      exitCode: 2,
      message: expect.stringContaining(
        'training.batchSize must be at most the 100 images to train on, received 128.',
      ),
    }),
  );
});
