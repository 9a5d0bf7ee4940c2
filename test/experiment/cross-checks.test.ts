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
