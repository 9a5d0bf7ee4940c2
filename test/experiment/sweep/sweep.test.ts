import { describe, expect, test } from 'vitest';
import { problemsOf } from '../parse.js';
import { changesOf, expand } from './expand.js';

const optimisers = {
  set: { 'training.optimizer': [{ name: 'adam' }, { name: 'sgd' }] },
  when: [
    { if: { 'training.optimizer.name': 'sgd' }, set: { 'training.optimizer.momentum': [0, 0.9] } },
  ],
};

describe('A sweep', () => {
  test('takes lists and computed values', () => {
    const set = {
      'training.batchSize': [32, 64],
      'training.optimizer.learningRate': { logspace: [1e-4, 1e-2, 3] },
      'training.epochs': { range: [1, 3] },
      'training.labelSmoothing': { linspace: [0, 0.5, 2] },
    };
    const variants = changesOf({ sweep: { set } });
    expect(variants).toHaveLength(2 * 3 * 2 * 2);
    expect(variants[0]).toBe(
      'training.batchSize=32, training.optimizer.learningRate=0.0001, training.epochs=1, training.labelSmoothing=0',
    );
  });

  test('is not in the experiments that come of it', () => {
    const variants = expand({ sweep: { set: { 'training.epochs': [1] } } });
    expect(variants[0]).not.toHaveProperty('experiment.sweep');
  });

  test('gives some combinations values that others have not', () => {
    expect(changesOf({ sweep: optimisers })).toEqual([
      'training.optimizer={"name":"adam"}',
      'training.optimizer={"name":"sgd"}, training.optimizer.momentum=0',
      'training.optimizer={"name":"sgd"}, training.optimizer.momentum=0.9',
    ]);
  });

  test('lets a rule replace a value, and a later rule see it', () => {
    const sweep = {
      set: { 'training.epochs': [1, 2], 'training.batchSize': [64] },
      when: [
        { if: { 'training.epochs': 2 }, set: { 'training.batchSize': [128] } },
        { if: { 'training.batchSize': 128 }, set: { 'training.labelSmoothing': [0.1, 0.2] } },
      ],
    };
    expect(changesOf({ sweep })).toEqual([
      'training.epochs=1, training.batchSize=64',
      'training.epochs=2, training.batchSize=128, training.labelSmoothing=0.1',
      'training.epochs=2, training.batchSize=128, training.labelSmoothing=0.2',
    ]);
  });

  test('leaves out what is excluded', () => {
    const sweep = {
      set: { 'training.batchSize': [32, 64], 'training.epochs': [1, 2, 3] },
      exclude: [{ 'training.batchSize': 64, 'training.epochs': [2, 3] }],
    };
    expect(changesOf({ sweep })).toEqual([
      'training.batchSize=32, training.epochs=1',
      'training.batchSize=32, training.epochs=2',
      'training.batchSize=32, training.epochs=3',
      'training.batchSize=64, training.epochs=1',
    ]);
  });

  test('knows written values and defaults where no change is; null is a key that is not there', () => {
    const rule = (condition: object) => ({
      training: { batchSize: 32 },
      sweep: {
        set: { 'training.epochs': [1, 2] },
        exclude: [{ ...condition, 'training.epochs': 2 }],
      },
    });
    const conditions = [
      { 'training.batchSize': 32 },
      { 'training.optimizer.beta1': 0.9 },
      { 'training.earlyStopping': null },
    ];
    for (const condition of conditions) {
      expect(changesOf(rule(condition))).toEqual(['training.epochs=1']);
    }
    expect(changesOf(rule({ 'training.batchSize': '32' }))).toHaveLength(2);
  });

  test('gives way to --set', () => {
    const sweep = { set: { 'training.epochs': [1, 2], 'training.batchSize': [32] } };
    expect(changesOf({ sweep }, 'training.epochs=5')).toEqual([
      'training.batchSize=32, training.epochs=5',
    ]);
    expect(changesOf({ sweep: optimisers }, 'training.optimizer.momentum=0.5')).toEqual([
      expect.stringContaining(
        'training.optimizer={"name":"adam"}, training.optimizer.momentum=0.5: training.optimizer.momentum is not a known key.',
      ),
    ]);
  });
});

describe('What is wrong with a sweep is told:', () => {
  test.each([
    [
      'a misspelt key',
      { set: { 'training.batchsize': [1] } },
      [
        'with training.batchsize=1: training.batchsize is not a known key. Hint: did you mean "batchSize"?',
      ],
    ],
    [
      'a misspelt key of a condition',
      {
        set: { 'training.epochs': [1] },
        exclude: [{ 'training.epochs': 2, 'training.batchsize': 1 }],
      },
      ['sweep: training.batchsize is not a known key. Hint: did you mean "batchSize"?'],
    ],
    [
      'everything excluded',
      { set: { 'training.epochs': [1] }, exclude: [{ 'training.epochs': 1 }] },
      ['sweep.exclude leaves no combination.'],
    ],
    [
      'a sequence without numbers',
      { set: { 'training.epochs': { range: [3, 1] } } },
      [
        'sweep: "training.epochs": range(3, 1) must give 1 to 1000 numbers. Hint: write range(from, to, step): "to" is left out, and the step is 1 if not given.',
      ],
    ],
    [
      'no path',
      { set: { 'training..epochs': [3] } },
      [
        'with training..epochs=3: "training..epochs" is not the path of a key. Hint: write training.batchSize, preprocessing[0].factor or preprocessing.random-flip.mode.',
      ],
    ],
  ])('%s', (_, sweep, problems) => {
    expect(changesOf({ sweep })).toEqual(problems);
  });

  test.each([
    [
      'a value that is no list',
      { set: { 'training.epochs': 3 } },
      'sweep.set["training.epochs"] must be an array or an object, received 3.',
    ],
    [
      'an empty list',
      { set: { 'training.epochs': [] } },
      'sweep.set["training.epochs"] must have at least 1 item, received [].',
    ],
    ['an unknown key', { sets: {} }, 'sweep.sets is not a known key. Hint: did you mean "set"?'],
  ])('%s', (_, sweep, problem) => {
    expect(problemsOf({ sweep })).toEqual([problem]);
  });
});
