import { expect, test } from 'vitest';
import { problemsOf } from './parse.js';

test('a callback cannot watch validation where there is none', () => {
  expect(problemsOf({ training: { validation: 'none', reduceLearningRateOnPlateau: {} } })).toEqual(
    [
      'training.reduceLearningRateOnPlateau.monitor must be "trainAccuracy" or "trainLoss" where training.validation is "none", received "validationLoss". Hint: write "monitor": "trainLoss", or "validation": {"split": 5000}.',
    ],
  );
  const earlyStopping = { monitor: 'trainAccuracy' };
  expect(problemsOf({ training: { validation: 'none', earlyStopping } })).toEqual([]);
});

test('a split leaves images to train on', () => {
  const dataset = { trainLimit: 1000 };
  expect(problemsOf({ dataset, training: { validation: { split: 1000 } } })).toEqual([
    'training.validation.split must be less than the 1000 training images, received 1000. Hint: a tenth of them is common: 100.',
  ]);
  expect(problemsOf({ dataset, training: { validation: { split: 900 } } })).toEqual([]);
});

test('a batch is not larger than the images to train on', () => {
  const training = { batchSize: 101, validation: { split: 900 } };
  expect(problemsOf({ dataset: { trainLimit: 1000 }, training })).toEqual([
    'training.batchSize must be at most the 100 images to train on, received 101. Hint: lower training.batchSize or raise dataset.trainLimit.',
  ]);
});

test('a stage gets images that it can take', () => {
  const preprocessing = [
    { name: 'resize', height: 48, width: 48 },
    { name: 'pad', height: 40, width: 40 },
  ];
  expect(problemsOf({ preprocessing })).toEqual([
    'preprocessing[1]: Stage "pad" must give images at least as large as its input, 48 x 48, received height 40 and width 40. Hint: use "center-crop" to make images smaller.',
  ]);
});

test('a schedule and ReduceLROnPlateau exclude each other, also in a group', () => {
  const schedule = { name: 'cosine' };
  const training = {
    schedule,
    groups: [{ match: 'dense' }, { match: 'conv2d', schedule }],
    reduceLearningRateOnPlateau: {},
  };
  expect(problemsOf({ training })).toEqual([
    'training.schedule must not stand beside training.reduceLearningRateOnPlateau. Hint: take one of the two away.',
    'training.groups[1].schedule must not stand beside training.reduceLearningRateOnPlateau. Hint: take one of the two away.',
  ]);
  const { schedule: _, ...plateauAlone } = { ...training, groups: [{ match: 'dense' }] };
  expect(problemsOf({ training: plateauAlone })).toEqual([]);
});

test('a group cannot ask adam for weight decay, nor where adam is the second optimiser', () => {
  const groups = [{ match: 'dense', weightDecay: 0.1 }];
  const problem =
    'training.groups[0].weightDecay must be left out: the optimiser "adam" has no weight decay. Hint: use "adamw".';
  expect(problemsOf({ training: { groups } })).toEqual([problem]);
  const optimizer = { name: 'muon', others: { name: 'adam' } };
  expect(problemsOf({ training: { groups, optimizer } })).toEqual([problem]);
  expect(problemsOf({ training: { groups, optimizer: { name: 'adamw' } } })).toEqual([]);
});

test.each<[object, string]>([
  [
    { epochs: 0 },
    'training.epochs must be more than 0, received 0. Hint: give a number above 0 and up to 100000, for example 10.',
  ],
  [
    { optimizer: { name: 'adamW' } },
    'training.optimizer.name "adamW" is not known. Hint: did you mean "adamw"?',
  ],
  [
    { optimizer: { name: 'sgd', nesterov: true } },
    'training.optimizer.nesterov must stand beside a momentum above 0, received true.',
  ],
  [
    { average: { name: 'ema', decays: 0.9 } },
    'training.average.decays is not a known key. Hint: did you mean "decay"?',
  ],
  [{ gradientClipping: {} }, 'training.gradientClipping must have one of "norm" and "value".'],
  [
    { schedule: { name: 'cosine', warmUp: {} } },
    'training.schedule.warmUp.epochs is missing. Hint: give a number above 0 and up to 100000.',
  ],
  [
    { groups: [{ match: 'dense', learningRate: 1, learningRateFactor: 2 }] },
    'training.groups[0].learningRateFactor must not stand beside learningRate, received 2.',
  ],
])('of a recipe, %j is told as %s', (training, message) => {
  expect(problemsOf({ training })).toEqual([message]);
});
