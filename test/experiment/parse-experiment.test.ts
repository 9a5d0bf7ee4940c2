import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { parseExperiment as parsePlain } from '../../src/experiment/parse-experiment.js';
import { parseExperiment, problemsOf } from './parse.js';

test.each(['float16', 'bf16', 'fp16', 'bfloat16', 'mixed', 'mixed_bfloat16'])(
  'the precision %s is hinted at mixed-bfloat16',
  (precision) => {
    expect(problemsOf({ training: { precision } })).toEqual([
      `training.precision must be "float32" or "mixed-bfloat16", received "${precision}". Hint: did you mean "mixed-bfloat16"?`,
    ]);
  },
);

test('an experiment with a model alone gets all defaults and the name of its file', () => {
  expect(parseExperiment({ $schema: 'x' })).toEqual({
    name: 'sample',
    dataset: { name: 'cifar10' },
    preprocessing: [],
    resampling: 'each',
    model: { name: 'baseline' },
    training: {
      epochs: 10,
      batchSize: 64,
      optimizer: { name: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      precision: 'float32',
      labelSmoothing: 0,
      validation: 'test',
    },
    seeds: [0],
  });
});

test("callbacks and the optimiser have Keras' defaults", () => {
  const { training } = parseExperiment({
    training: { optimizer: { name: 'sgd' }, earlyStopping: {}, reduceLearningRateOnPlateau: {} },
  });
  expect(training).toMatchObject({
    optimizer: { name: 'sgd', learningRate: 0.01, momentum: 0 },
    earlyStopping: {
      monitor: 'validationLoss',
      patience: 0,
      minDelta: 0,
      restoreBestWeights: false,
      startFromEpoch: 0,
    },
    reduceLearningRateOnPlateau: {
      monitor: 'validationLoss',
      factor: 0.1,
      patience: 10,
      cooldown: 0,
      minDelta: 1e-4,
      minLearningRate: 0,
    },
  });
});

test("a stage's defaults are filled in", () => {
  expect(parseExperiment({ preprocessing: [{ name: 'minmax' }] }).preprocessing).toEqual([
    { name: 'minmax', range: [0, 1], inputRange: [0, 255] },
  ]);
});

test("a view's defaults are filled in", () => {
  const { training } = parseExperiment({ training: { testViews: [{}, { mirror: true }] } });
  expect(training.testViews).toEqual([
    { mirror: false, translate: [0, 0], weight: 1 },
    { mirror: true, translate: [0, 0], weight: 1 },
  ]);
  expect(parseExperiment({ training: { testViews: 'mirror' } }).training.testViews).toBe('mirror');
});

test.each([
  [
    { training: { testViews: 'flip' } },
    'training.testViews must be "none", "mirror" or "mirror-translate" or an array, received "flip". Hint: write for example "mirror-translate".',
  ],
  [
    { training: { testViews: [{ shift: [0, 1] }] } },
    'training.testViews[0].shift is not a known key. Hint: the known keys are "mirror", "translate" or "weight".',
  ],
  [
    {
      preprocessing: [{ name: 'resize', height: 4, width: 8 }],
      model: { name: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 10 }] },
      training: { testViews: [{}, { translate: [4, 0] }] },
    },
    'training.testViews: view 1 must move images of 4 x 8 by less than their size, received [4,0]. Hint: lower its "translate", or take it out.',
  ],
  [
    { training: { groups: [{ match: 'batch-normalization.bias', untilEpoch: 1 }] } },
    'training.groups[0].match "batch-normalization.bias" matches no trainable weight of the model. Hint: there are conv2d.kernel, conv2d.bias, dense.kernel, dense.bias; the layers are conv2d_1, conv2d_2, dense_1, dense_2.',
  ],
  [
    { preprocessing: [{ name: 'minmax' }], training: { jensenShannon: 12 } },
    'training.jensenShannon must have a stage that makes versions of an image, such as "aug-mix", in preprocessing, received none. Hint: add {"name":"aug-mix"} to preprocessing, or take training.jensenShannon out.',
  ],
  [
    { preprocessing: [{ name: 'random-crop', padding: 32, fillMode: 'torch-reflect' }] },
    'preprocessing[0]: Stage "random-crop" must have a padding of at most 31 for images of this size, received 32. Hint: lower "padding": a border holds no more pixels than the image has to reflect.',
  ],
  [
    { preprocessing: [{ name: 'minmax' }, { name: 'random-flip', probability: 5 }] },
    'preprocessing[1].probability must be at most 1, received 5. Hint: give a number between 0 and 1, for example 0.5.',
  ],
  [
    { preprocessing: [{ name: 'random-flp' }] },
    'preprocessing[0].name "random-flp" is not known. Hint: did you mean "random-flip"?',
  ],
  [
    { preprocessing: [{ name: 'random-flip', propability: 1 }] },
    'preprocessing[0].propability is not a known key. Hint: did you mean "probability"?',
  ],
  [
    { preprocessing: ['zscor'] },
    'preprocessing[0].name "zscor" is not known. Hint: did you mean "zscore"?',
  ],
  [
    { preprocessing: ['random-crop'] },
    'preprocessing[0].padding is missing. Hint: give a whole number between 0 and 1024.',
  ],
  [
    { preprocessing: [{ naem: 'minmax' }] },
    'preprocessing[0].naem is not a known key. Hint: did you mean "name"?',
  ],
  [
    { preprocessing: [{ 'random-flip': { mode: 'horizontal' } }] },
    'preprocessing[0].name is missing. Hint: write {"name": "random-flip", ...}.',
  ],
  [
    { preprocessing: [{ type: 'RandomRotation', factor: 0.1 }] },
    'preprocessing[0].name is missing. Hint: write {"name": "random-rotation", ...}.',
  ],
  [{ naem: 'x' }, 'naem is not a known key. Hint: did you mean "name"?'],
  [
    { preprocessing: [{ name: 'random-rotation', facotr: 0.1 }] },
    'preprocessing[0].facotr is not a known key. Hint: did you mean "factor"?',
  ],
  [
    { preprocessing: [{ name: 'RandomHorizontalFlip' }] },
    'preprocessing[0].name "RandomHorizontalFlip" is not known. Hint: the nearest in meaning is "random-flip": write for example {"name":"random-flip","mode":"horizontal"}.',
  ],
  [
    { preprocessing: ['colorjitter'] },
    'preprocessing[0].name "colorjitter" is not known. Hint: did you mean "color-jitter"?',
  ],
  [
    { preprocessing: [{ name: 'random-rotation' }] },
    'preprocessing[0].factor is missing. Hint: write for example {"name":"random-rotation","factor":0.1}.',
  ],
  [
    { preprocessing: [{ name: 'random-rotation', factor: [1] }] },
    'preprocessing[0].factor must be a number or an array of at least 2 items, received [1]. Hint: write for example {"name":"random-rotation","factor":0.1}.',
  ],
  [{ preprocessing: { name: 'minmax' } }, 'preprocessing must be an array, received an object.'],
  [
    { model: undefined },
    'model is missing. Hint: write {"name": ...} with "baseline", "deep" or "layers".',
  ],
  [
    { model: { name: 'resnet' } },
    'model.name "resnet" is not known. Hint: the known names are "baseline", "deep" or "layers".',
  ],
  [
    { training: { learningRate: 0.1 } },
    'training.learningRate is not a known key. Hint: did you mean "training.optimizer.learningRate"?',
  ],
  [
    { training: { learningrate: 0.1 } },
    'training.learningrate is not a known key. Hint: did you mean "training.optimizer.learningRate"?',
  ],
  [
    { training: { lr: 0.1 } },
    'training.lr is not a known key. Hint: did you mean "training.optimizer.learningRate"?',
  ],
  [
    { training: { weightDecay: 0.1 } },
    'training.weightDecay is not a known key. Hint: did you mean "training.optimizer.weightDecay"?',
  ],
  [
    { training: { momentum: 0.9 } },
    'training.momentum is not a known key. Hint: did you mean "training.optimizer.momentum"?',
  ],
  [
    { training: { optimizer: { name: 'sgd', lr: 0.1 } } },
    'training.optimizer.lr is not a known key. Hint: did you mean "learningRate"?',
  ],
  [
    { training: { ema: 0.999 } },
    'training.ema is not a known key. Hint: write "average": {"name": "ema"}.',
  ],
  [
    { training: { Lookahead: true } },
    'training.Lookahead is not a known key. Hint: write "average": {"name": "lookahead"}.',
  ],
  [
    { training: { lrSchedule: {} } },
    'training.lrSchedule is not a known key. Hint: did you mean "schedule"?',
  ],
  [{ epochs: 3 }, 'epochs is not a known key. Hint: did you mean "training.epochs"?'],
  [{ training: { epoch: 3 } }, 'training.epoch is not a known key. Hint: did you mean "epochs"?'],
  [
    { training: { batchSize: 1.5 } },
    'training.batchSize must be a whole number, received 1.5. Hint: give a whole number between 1 and 50000, for example 64.',
  ],
  [
    { training: { optimizer: { name: 'sgd', momentum: 1 } } },
    'training.optimizer.momentum must be less than 1, received 1. Hint: give a number of at least 0 and below 1, for example 0.',
  ],
  [
    { training: { validation: 'tests' } },
    'training.validation must be "test" or "none" or an object, received "tests". Hint: did you mean "test"?',
  ],
  [
    { training: { validation: 0.1 } },
    'training.validation must be "test" or "none" or an object, received 0.1. Hint: write for example {"split":0.1}.',
  ],
  [
    { training: { validation: { splt: 100 } } },
    'training.validation.splt is not a known key. Hint: did you mean "split"?',
  ],
  [
    { training: { validation: { split: '10%' } } },
    'training.validation.split must be a number, received "10%". Hint: give a whole number between 1 and 10000000.',
  ],
  [
    { training: { validation: { split: 60000 } } },
    'training.validation.split must be less than the 50000 training images, received 60000. Hint: a tenth of them is common: 5000.',
  ],
  [
    { training: { validation: {} } },
    'training.validation.split is missing. Hint: give a whole number between 1 and 10000000.',
  ],
  [
    { sweep: { set: { 'training.epochs': { linspce: [1, 2, 3] } } } },
    'sweep.set["training.epochs"].linspce is not a known key. Hint: did you mean "linspace"?',
  ],
  [
    { seeds: [3, 3] },
    'seeds must all be different, received [3, 3]. Hint: write for example [0,1,2].',
  ],
  [
    { seeds: [2 ** 31] },
    'seeds[0] must be at most 2147483647, received 2147483648. Hint: give a whole number between 0 and 2147483647.',
  ],
  [
    { published: { testAccuracy: 65.47 } },
    'published.testAccuracy must be at most 1, received 65.47. Hint: give a number between 0 and 1.',
  ],
  [
    { name: '../My Run' },
    'name must be made of small letters and digits, with "-" or "_" between words and "." only before a digit, received "../My Run". Hint: write "name": "my-run".',
  ],
  [
    { 'a b': 1, name: 'x' },
    '["a b"] is not a known key. Hint: the known keys are "$schema", "name", "description", "role", "published", "tunedOn", "thresholds", "dataset", "preprocessing", "resampling", "model", "training", "evaluation", "race", "search", "sweep" or "seeds".',
  ],
  [7, 'the experiment must be an object, received 7.'],
])('%j is told as %s', (value, problem) => {
  expect(problemsOf(value)).toEqual([problem]);
});

test('all problems of a file are told at once', () => {
  const problems = problemsOf({
    preprocessing: [{ name: 'nothing' }, { name: 'minmax', x: 1 }],
    training: { epochs: 0, y: 1 },
    seeds: [],
    z: 1,
  });
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'preprocessing[0].name',
    'preprocessing[1].x',
    'training.epochs',
    'training.y',
    'seeds',
    'z',
  ]);
});

test.each([
  ['lr-0.01', true],
  ['a_b-2', true],
  ['results.json', false],
  ['a..b', false],
  ['-a', false],
  ['a/b', false],
  ['A', false],
  ['', false],
])('the name %j is safe: %s', (name, isSafe) => {
  expect(problemsOf({ name }).length === 0).toBe(isSafe);
});

test('keys and values that JavaScript knows by inheritance do no harm', () => {
  const hostile = JSON.parse('{"__proto__": {"name": "x"}, "constructor": 1}');
  expect(problemsOf(hostile).map((problem) => problem.split(' ')[0])).toEqual([
    '__proto__',
    'constructor',
  ]);
  expect(problemsOf({ model: { name: 'toString' } })[0]).toMatch(/^model.name "toString" is not/);
});

test('a value of any length is told in one short line without control characters', () => {
  const [problem = ''] = problemsOf({ resampling: `\u001b[31m\u009b${'x'.repeat(100_000)}` });
  expect(problem.length).toBeLessThan(200);
  expect(problem).not.toMatch(/\p{Cc}/u);
});

test('a number beyond all whole numbers is told the limit of its key alone', () => {
  const model = { name: 'baseline' };
  expect(problemsOf({ model, training: { batchSize: 1e20 }, seeds: [1e20] })).toEqual([
    'training.batchSize must be at most 50000, received 100000000000000000000. Hint: give a whole number between 1 and 50000, for example 64.',
    'seeds[0] must be at most 2147483647, received 100000000000000000000. Hint: give a whole number between 0 and 2147483647.',
  ]);
});

test('a plain object is parsed as a file would be', () => {
  expect(parsePlain({ name: 'sample', model: 'baseline' })).toEqual(parseExperiment({}));
  expect(parsePlain({ model: 'baseline' }).name).toBe('experiment');
  const again = parsePlain(parsePlain({ model: 'deep', seeds: 3 }), shippedCatalogue());
  expect(again).toEqual(parsePlain({ model: 'deep', seeds: [0, 1, 2] }));
});

test('the problems of a plain object are told with their paths, and are no types', () => {
  const wrong = () =>
    parsePlain({
      // @ts-expect-error There is no such stage.
      preprocessing: ['minmax', { name: 'random-flp' }],
      // @ts-expect-error There is no such model.
      model: 'resnet',
      // @ts-expect-error There is no such monitor.
      training: { earlyStopping: { monitor: 'accuracy' } },
    });
  expect(wrong).toThrow(
    [
      'preprocessing[1].name "random-flp" is not known.',
      'Hint: did you mean "random-flip"?',
      'model.name "resnet" is not known.',
      'Hint: the known names are "baseline", "deep" or "layers".',
      'training.earlyStopping.monitor must be "validationAccuracy", "validationLoss", "trainAccuracy" or "trainLoss", received "accuracy".',
    ].join('\n'),
  );
});
