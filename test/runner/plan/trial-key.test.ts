import { describe, expect, test } from 'vitest';
import { type Catalogue, shippedCatalogue } from '../../../src/experiment/catalogue.js';
import { plainConditions } from '../../../src/runner/plan/conditions.js';
import { createTrialHash, type TrialMakers } from '../../../src/runner/plan/trial-key.js';
import { parseExperiment } from '../../experiment/parse.js';

const written = {
  name: 'flip',
  preprocessing: [{ name: 'minmax' }, { name: 'random-flip' }],
  training: { epochs: 10, optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9 } },
};
const conditions = { ...plainConditions(), threads: 2 };
const plain: TrialMakers = {
  experiment: parseExperiment(written),
  conditions,
  catalogue: shippedCatalogue(),
  codeSha256: 'c0de',
};

const keyOf = (changes: object) =>
  createTrialHash({ ...plain, experiment: parseExperiment({ ...written, ...changes }) })(0).key;
const keyWith = (changes: Partial<TrialMakers>, seed = 0) =>
  createTrialHash({ ...plain, ...changes })(seed).key;
const { key: plainKey, settingKey: plainSetting } = createTrialHash(plain)(0);

/** Says that "minmax" comes from a plug-in of this hash. */
function withPlugin(sha256: string): Catalogue {
  const { stages, models } = shippedCatalogue();
  const origins = stages
    .filter(({ name }) => name === 'minmax' || name === 'zscore')
    .map((stage) => [stage, { file: 'mine.mjs', sha256 }] as const);
  return { stages, models, origins: new Map(origins) };
}

test('A key is a SHA-256 in hex, the same each time', () => {
  expect(plainKey).toMatch(/^[0-9a-f]{64}$/);
  expect(keyOf({})).toBe(plainKey);
});

test('Each seed has a key of its own', () => {
  expect(keyWith({}, 1)).not.toBe(plainKey);
});

describe('The key is the same for', () => {
  test.each([
    ['another name', { name: 'other' }],
    ['a description', { description: 'Flipped.' }],
    ['a published result', { published: { testAccuracy: 0.5 } }],
    ['a schema', { $schema: 'x.json' }],
    ['other seeds beside its own', { seeds: [0, 1, 2] }],
    ['defaults that are written out', { resampling: 'each', dataset: { name: 'cifar10' } }],
    ['all images by number', { dataset: { trainLimit: 50_000, testLimit: 10_000 } }],
    [
      'another order of keys',
      { training: { optimizer: { momentum: 0.9, learningRate: 0.1, name: 'sgd' }, epochs: 10 } },
    ],
  ])('%s', (_, changes) => {
    expect(keyOf(changes)).toBe(plainKey);
  });

  test('a plug-in that the experiment does not use', () => {
    const experiment = parseExperiment({ ...written, preprocessing: [] });
    expect(keyWith({ experiment, catalogue: withPlugin('1') })).toBe(keyWith({ experiment }));
  });

  test('another order of the conditions', () => {
    const turned = Object.fromEntries(Object.entries(conditions).reverse());
    expect(keyWith({ conditions: turned as typeof conditions })).toBe(plainKey);
  });
});

const training = written.training;

describe('The key is another for another', () => {
  test.each([
    ['number of training images', { dataset: { trainLimit: 100 } }],
    ['number of test images', { dataset: { testLimit: 100 } }],
    ['stage', { preprocessing: [{ name: 'zscore' }, { name: 'random-flip' }] }],
    [
      'option of a stage',
      { preprocessing: [{ name: 'minmax' }, { name: 'random-flip', mode: 'vertical' }] },
    ],
    ['order of stages', { preprocessing: written.preprocessing.toReversed() }],
    ['resampling', { resampling: 'once' }],
    ['model', { model: { name: 'deep' } }],
    ['number of epochs', { training: { ...training, epochs: 11 } }],
    ['batch size', { training: { ...training, batchSize: 32 } }],
    ['optimiser', { training: { ...training, optimizer: { name: 'adam', learningRate: 0.1 } } }],
    ['precision', { training: { ...training, precision: 'mixed-bfloat16' } }],
    ['group', { training: { ...training, groups: [{ match: 'dense', untilEpoch: 1 }] } }],
    ['schedule', { training: { ...training, schedule: { name: 'cosine' } } }],
    ['average', { training: { ...training, average: { name: 'ema' } } }],
    ['clipping', { training: { ...training, gradientClipping: { norm: 1 } } }],
    ['loss reduction', { training: { ...training, lossReduction: 'sum' } }],
    ['end of an epoch', { training: { ...training, dropLast: true } }],
    ['label smoothing', { training: { ...training, labelSmoothing: 0.1 } }],
    ['validation', { training: { ...training, validation: { split: 5000 } } }],
    ['callback', { training: { ...training, earlyStopping: {} } }],
  ])('%s', (_, changes) => {
    expect(keyOf(changes)).not.toBe(plainKey);
  });

  test.each<[string, Partial<TrialMakers>]>([
    ['device', { conditions: { ...conditions, device: 'gpu' } }],
    ['number of threads', { conditions: { ...conditions, threads: 3 } }],
    ['execution', { conditions: { ...conditions, execution: 'eager' } }],
    ['TensorFlow', { conditions: { ...conditions, tensorflow: '2.20.0' } }],
    ['variable', { conditions: { ...conditions, variables: { TF_ENABLE_ONEDNN_OPTS: '0' } } }],
    ['code', { codeSha256: 'other' }],
    ['plug-in', { catalogue: withPlugin('1') }],
  ])('%s', (_, changes) => {
    expect(keyWith(changes)).not.toBe(plainKey);
  });

  test('text of a plug-in that it uses', () => {
    const keys = ['1', '2'].map((sha256) => keyWith({ catalogue: withPlugin(sha256) }));
    expect(keys[0]).not.toBe(keys[1]);
  });
});

test('The setting of a trial is the same whatever code computes it', () => {
  expect(createTrialHash({ ...plain, codeSha256: 'other' })(0).settingKey).toBe(plainSetting);
  expect(createTrialHash(plain)(1).settingKey).not.toBe(plainSetting);
});
