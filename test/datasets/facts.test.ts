import { expect, test } from 'vitest';
import { datasetSchema } from '../../src/datasets/dataset-options.js';
import { countLimited, factsOf, nameClass } from '../../src/datasets/facts.js';
import { namedDatasets } from '../../src/datasets/named/list.js';
import { namedDatasetNames } from '../../src/datasets/named/names.js';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { plainConditions } from '../../src/runner/plan/conditions.js';
import { createTrialHash } from '../../src/runner/plan/trial-key.js';
import { parseExperiment, problemsOf } from '../experiment/parse.js';

const found = {
  height: 28,
  width: 20,
  channels: 1,
  train: 300,
  test: 60,
  classes: ['no', 'yes'],
  sha256: 'f00d',
};
const own = { format: 'folder', path: 'some/photos', found };

test('the list and the names of published data sets are one', () => {
  expect(namedDatasets.map(({ name }) => name)).toEqual([...namedDatasetNames]);
});

test('facts of images of the user’s own are what was found', () => {
  const options = datasetSchema.parse(own);
  expect(factsOf(options)).toEqual({
    title: 'photos',
    shape: { height: 28, width: 20, channels: 1 },
    counts: { train: 300, test: 60 },
    classNames: ['no', 'yes'],
    sha256: { 'images and labels': 'f00d' },
  });
  expect(countLimited({ ...options, trainLimit: 100 })).toEqual({ train: 100, test: 60 });
  expect(nameClass({ classNames: ['no', 'yes'] }, 2)).toBe('class 2');
});

test('a trial on CIFAR-10 has the key that it had before there were other data sets', () => {
  const experiment = parseExperiment({
    name: 'flip',
    preprocessing: [{ name: 'minmax' }, { name: 'random-flip' }],
    training: { epochs: 10, validation: { split: 0.1 } },
    dataset: { trainLimit: 2000 },
  });
  const conditions = {
    device: 'cpu',
    threads: 2,
    execution: 'graph',
    tensorflow: '2.21.0',
    kernels: 'k',
    variables: {},
  } as const;
  const catalogue = shippedCatalogue();
  const keys = createTrialHash({ experiment, conditions, catalogue, codeSha256: 'c0de' })(0);
  // Taken from the program before, with the same arguments.
  expect(keys).toEqual({
    key: '06e3c58f4ea3f3deee6fce6e4f7f6bb6cdb0303d60409f7f90caf07ae7e6e7c4',
    settingKey: 'd7eb905fa20e6fcc9b8bdf71fe3ff20141941b96d07cf4782d892882f59d1e9c',
  });
  expect(experiment.dataset).toEqual({ name: 'cifar10', trainLimit: 2000 });
});

test('a key is that of the pixels, wherever and however they lie', () => {
  const catalogue = shippedCatalogue();
  const rest = { conditions: plainConditions(), catalogue, codeSha256: '' };
  const keyOf = (dataset: object) =>
    createTrialHash({ ...rest, experiment: parseExperiment({ dataset }) })(0).key;
  const key = keyOf(own);
  expect(keyOf({ ...own, format: 'npz', path: 'elsewhere.npz' })).toBe(key);
  expect(keyOf({ ...own, found: { ...found, sha256: 'beef' } })).not.toBe(key);
  expect(keyOf({ ...own, trainLimit: 100 })).not.toBe(key);
});

test('models and splits are checked against what was found', () => {
  const layers = [{ type: 'flatten' }, { type: 'dense', units: 10 }];
  expect(problemsOf({ dataset: own, model: { name: 'layers', layers } })).toEqual([
    'model.layers[1] (dense) must give 2 flat numbers, one a class, as the last layer; it gives 10 flat numbers. Hint: end the layers with {"type": "dense", "units": 2}.',
  ]);
  expect(problemsOf({ dataset: own, training: { validation: { split: 300 } } })).toEqual([
    'training.validation.split must be less than the 300 training images, received 300. Hint: a tenth of them is common: 30.',
  ]);
  expect(
    parseExperiment({ dataset: own, training: { validation: { split: 0.1 } } }).training.validation,
  ).toEqual({ split: 30 });
  expect(problemsOf({ dataset: { ...own, trainLimit: 400, testLimit: 1 } })).toEqual([
    'dataset.trainLimit must be at most 300, received 400. Hint: photos has no more; leave it out to use all.',
    'dataset.testLimit must be at least 2, received 1. Hint: that is one image of each class.',
  ]);
});

test('images too small for a model are told before training', () => {
  const small = { ...own, found: { ...found, height: 9, width: 9 } };
  expect(problemsOf({ dataset: small })).toEqual([
    'Model "baseline" needs images of 10 x 10 pixels or more, received 9 x 9. Hint: enlarge them with the stage "resize", or list a smaller network: docs/models.md.',
  ]);
});

test.each(['random-hue', 'random-saturation'])('%s refuses grey images before training', (name) => {
  expect(problemsOf({ dataset: own, preprocessing: [{ name, factor: 0.1 }] })[0]).toMatch(
    /^preprocessing\[0\]: Colours need images of 3 channels, received 1\./,
  );
});

test('images that nobody read are told, and misspelt keys', () => {
  const { found: _, ...unread } = own;
  expect(problemsOf({ dataset: unread })).toEqual([
    'dataset.path "some/photos" was not read. Hint: use readExperiments or runExperiments, which read the images.',
  ]);
  expect(problemsOf({ dataset: { ...own, resise: 3 } })).toEqual([
    'dataset.resise is not a known key. Hint: did you mean "resize"?',
  ]);
  expect(problemsOf({ dataset: { name: 'mnits' } })).toEqual([
    'dataset.name must be "cifar10", "mnist", "fashion-mnist", "cifar100", "cifar100-coarse", "svhn" or "stl10", received "mnits". Hint: did you mean "mnist"?',
  ]);
});
