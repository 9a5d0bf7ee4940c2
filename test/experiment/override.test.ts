import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Experiment } from '../../src/experiment/experiment.js';
import { overrideExperiment, quickLimits } from '../../src/experiment/override.js';
import { experiment } from '../report/results.js';

/** An experiment of 30 epochs with other limits, validation and seeds. */
function written(
  dataset: Partial<Experiment['dataset']> = {},
  validation: Experiment['training']['validation'] = 'test',
): Experiment {
  const plain = experiment({ seeds: [3] });
  return {
    ...plain,
    dataset: { ...plain.dataset, ...dataset },
    training: { ...plain.training, epochs: 30, validation },
  };
}

const describeOverridden = ({ dataset, training, seeds }: Experiment) => ({
  train: dataset.trainLimit,
  test: dataset.testLimit,
  epochs: training.epochs,
  validation: training.validation,
  seeds,
});

test('Without overrides an experiment stays as it is written', () => {
  expect(overrideExperiment(written(), {})).toEqual(written());
});

test('Another precision overrides what is written', () => {
  const { training, ...rest } = written();
  expect(overrideExperiment(written(), { precision: 'mixed-bfloat16' })).toEqual({
    ...rest,
    training: { ...training, precision: 'mixed-bfloat16' },
  });
});

describe('--quick', () => {
  test('goes through the curve of a schedule, and freezes weights in time', () => {
    const recipe = written();
    const training = {
      ...recipe.training,
      schedule: {
        name: 'step',
        atEpochs: [10, 20],
        factor: 0.1,
        warmUp: { epochs: 5, startFactor: 0 },
      },
      groups: [
        {
          match: 'dense',
          untilEpoch: 15,
          schedule: { name: 'cosine', epochs: 30, finalFactor: 0 },
        },
        { match: 'conv2d', learningRate: 1 },
      ],
    } as const;
    const scaled = overrideExperiment({ ...recipe, training }, { quick: true }).training;
    expect(scaled).toMatchObject({
      epochs: 3,
      schedule: { atEpochs: [1, 2], factor: 0.1, warmUp: { epochs: 0.5, startFactor: 0 } },
      groups: [
        { untilEpoch: 1.5, schedule: { epochs: 3 } },
        { match: 'conv2d', learningRate: 1 },
      ],
    });
    // Who asks for other epochs means those of the file to stay.
    const { schedule, groups } = overrideExperiment(
      { ...recipe, training },
      { epochs: 3 },
    ).training;
    expect({ schedule, groups }).toEqual({ schedule: training.schedule, groups: training.groups });
  });

  test('takes 2,000 and 1,000 images and 3 epochs', () => {
    expect(quickLimits).toEqual({ epochs: 3, train: 2000, test: 1000 });
    expect(describeOverridden(overrideExperiment(written(), { quick: true }))).toEqual({
      train: 2000,
      test: 1000,
      epochs: 3,
      validation: 'test',
      seeds: [3],
    });
  });

  test('never takes more than the experiment has', () => {
    const small = written({ trainLimit: 300, testLimit: 50 });
    const short = { ...small, training: { ...small.training, epochs: 2 } };
    expect(describeOverridden(overrideExperiment(short, { quick: true }))).toMatchObject({
      train: 300,
      test: 50,
      epochs: 2,
    });
  });

  test.each([
    [64, 10, 32],
    [64, 20, 16],
    [128, 50, 16],
    [1000, 10, 512],
    [8, 3, 8],
  ])(
    'of batches of %i and %i epochs makes batches of %i, for a fiftieth of the steps',
    (batchSize, epochs, expected) => {
      const before = written();
      const recipe = { ...before, training: { ...before.training, batchSize, epochs } };
      const quick = overrideExperiment(recipe, { quick: true });
      expect(quick.training.batchSize).toBe(expected);
      const changes = [{ path: 'training.batchSize', value: batchSize }];
      const swept = overrideExperiment(recipe, { quick: true }, changes);
      expect(swept.training.batchSize).toBe(batchSize);
    },
  );

  test('makes no batch of more images than are left to train on', () => {
    const before = written();
    const validation = { split: 5000 };
    const recipe = {
      ...before,
      training: { ...before.training, batchSize: 2000, epochs: 8, validation },
    };
    const { training } = overrideExperiment(recipe, { quick: true });
    expect(training).toMatchObject({ batchSize: 1800, validation: { split: 200 } });
  });

  test('gives way to what else is said', () => {
    const overrides = { quick: true, epochs: 40, limit: { train: 5000, test: 100 }, seeds: [1, 2] };
    expect(describeOverridden(overrideExperiment(written(), overrides))).toEqual({
      train: 5000,
      test: 100,
      epochs: 40,
      validation: 'test',
      seeds: [1, 2],
    });
  });
});

test('--epochs takes as many epochs as it says, more than written too', () => {
  for (const epochs of [1, 500]) {
    expect(overrideExperiment(written(), { epochs }).training.epochs).toBe(epochs);
  }
});

test('--seed takes the place of the seeds', () => {
  expect(overrideExperiment(written(), { seeds: [0] }).seeds).toEqual([0]);
});

describe('--limit', () => {
  test.each([
    ['of all images', {}, 5000, { split: 500 }],
    ['of a subset', { trainLimit: 10_000 }, 5000, { split: 2500 }],
    ['that is larger than the subset', { trainLimit: 1000 }, 5000, { split: 5000 }],
    ['that leaves the least', {}, 200, { split: 100 }],
  ])('%s keeps the share that validates', (_, dataset, train, expected) => {
    const limited = overrideExperiment(written(dataset, { split: 5000 }), {
      limit: { train, test: 100 },
    });
    expect(limited.training.validation).toEqual(expected);
  });

  test.each([
    [100, 1000, 100],
    [20, 40, 20],
    [250, 2000, 100],
  ])('a split of %i keeps enough images to judge on', (split, train, expected) => {
    const limited = overrideExperiment(written({}, { split }), { limit: { train, test: 100 } });
    expect(limited.training.validation).toEqual({ split: expected });
  });

  test.each([
    [100, 199, 100],
    [5000, 10, 100],
    [20, 39, 20],
  ])('a split of %i of %i images is refused', (split, train, least) => {
    const limit = () => overrideExperiment(written({}, { split }), { limit: { train, test: 100 } });
    expect(limit).toThrow(
      expect.objectContaining({
        message: `${written().name}: ${train} training images are too few for a validation split, which takes at least ${least} and at most half of them.`,
        hint: `use --limit ${2 * least} or more, or add --set training.validation=test.`,
        exitCode: 2,
      }),
    );
  });

  test('only ever takes away, and leaves an experiment without a split as it was', () => {
    const count = fc.integer({ min: 10, max: 10_000 });
    fc.assert(
      fc.property(fc.option(count), fc.record({ train: count, test: count }), (own, limit) => {
        const before = written(own === null ? {} : { trainLimit: own, testLimit: own }, 'none');
        const { dataset, training } = overrideExperiment(before, { limit });
        expect(dataset.trainLimit).toBe(Math.min(own ?? 50_000, limit.train));
        expect(dataset.testLimit).toBe(Math.min(own ?? 10_000, limit.test));
        expect(training).toEqual(before.training);
      }),
    );
  });
});
