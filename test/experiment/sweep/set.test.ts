import { describe, expect, test } from 'vitest';
import type { Variant } from '../../../src/experiment/sweep/parse-variants.js';
import { parseSet } from '../../../src/experiment/sweep/value-list.js';
import { changesOf, expand } from './expand.js';

const flips = {
  preprocessing: [{ name: 'minmax' }, { name: 'random-flip', mode: 'horizontal' }],
};

/** Returns the only experiment that comes of a file and `--set`. */
function only(value: object, ...sets: string[]): Variant['experiment'] {
  const [variant, ...others] = expand(value, ...sets);
  if (!variant || typeof variant === 'string' || others.length > 0)
    throw new Error(String([variant, others]));
  return variant.experiment;
}

describe('--set', () => {
  test('without it an experiment is trained as it is written', () => {
    expect(changesOf(flips)).toEqual(['']);
  });

  test('takes every combination, the last key fastest', () => {
    expect(changesOf({}, 'training.batchSize=32,64', 'training.epochs=1,2')).toEqual([
      'training.batchSize=32, training.epochs=1',
      'training.batchSize=32, training.epochs=2',
      'training.batchSize=64, training.epochs=1',
      'training.batchSize=64, training.epochs=2',
    ]);
  });

  test('reaches stages by place and by name', () => {
    for (const path of ['preprocessing[1].mode', 'preprocessing.random-flip.mode']) {
      const { preprocessing } = only(flips, `${path}=vertical`);
      expect(preprocessing[1]).toMatchObject({ name: 'random-flip', mode: 'vertical' });
    }
  });

  test('reaches layers by place, by name and within others', () => {
    const conv = { type: 'conv2d', filters: 8, kernelSize: 3, padding: 'same' };
    const model = {
      name: 'layers',
      layers: [
        { type: 'residual', layers: [conv] },
        { type: 'flatten' },
        { type: 'dense', name: 'head', units: 10 },
      ],
    };
    const experiment = only(
      { model },
      'model.layers[0].layers[0].filters=16',
      'model.layers.head.useBias=false',
      'model.layers[0].shortcut=[{"type":"conv2d","filters":16,"kernelSize":1}]',
    );
    expect(experiment.model).toMatchObject({
      layers: [
        { layers: [{ filters: 16 }], shortcut: [{ filters: 16, strides: 1 }] },
        {},
        { useBias: false },
      ],
    });
    expect(changesOf({ model }, 'model.layers[0].layers[0].filters=16,32')).toHaveLength(2);
    expect(expand({ model }, 'model.layers[0].layers[0].filters=0')).toEqual([
      'with model.layers[0].layers[0].filters=0: model.layers[0].layers[0].filters must be at least 1, received 0. Hint: give a whole number between 1 and 65536.',
    ]);
    expect(expand({ model }, 'model.layers[0].layers[0].filter=8')).toEqual([
      'with model.layers[0].layers[0].filter=8: model.layers[0].layers[0].filter is not a known key. Hint: did you mean "filters"?',
    ]);
  });

  test('puts in the defaults of what the file leaves out on the way', () => {
    expect(only({}, 'training.optimizer.learningRate=0.5').training.optimizer).toMatchObject({
      name: 'adam',
      learningRate: 0.5,
      beta1: 0.9,
    });
    expect(only({}, 'training.earlyStopping.patience=3').training.earlyStopping).toMatchObject({
      patience: 3,
      monitor: 'validationLoss',
    });
    expect(only({}, 'training.validation.split=100').training.validation).toEqual({ split: 100 });
    const deep = { model: { name: 'deep' } };
    expect(only(deep, 'model.dropoutRates[1]=0').model.dropoutRates).toEqual([0.2, 0, 0.4, 0.5]);
  });

  test('takes whole objects and arrays', () => {
    expect(only({}, 'model={"name":"deep"}').model.name).toBe('deep');
    expect(only(flips, 'preprocessing=[]').preprocessing).toEqual([]);
  });

  test('takes a key or a stage away with null', () => {
    const early = { training: { earlyStopping: { patience: 3 }, batchSize: 32 } };
    const { training } = only(early, 'training.earlyStopping=null', 'training.batchSize=null');
    expect(training).toMatchObject({ batchSize: 64 });
    expect(training).not.toHaveProperty('earlyStopping');
    const stages = {
      preprocessing: [...flips.preprocessing, { name: 'random-zoom', heightFactor: 0.1 }],
    };
    const kept = only(stages, 'preprocessing[1]=null', 'preprocessing[2].heightFactor=0.3');
    expect(kept.preprocessing.map(({ name }) => name)).toEqual(['minmax', 'random-zoom']);
    expect(kept.preprocessing[1]).toMatchObject({ heightFactor: 0.3 });
  });

  test('does not care for the order where one key makes room for another', () => {
    const sets = ['training.optimizer.momentum=0.9', 'training.optimizer.name=sgd'];
    for (const order of [sets, sets.toReversed()]) {
      expect(only({}, ...order).training.optimizer).toMatchObject({ name: 'sgd', momentum: 0.9 });
    }
  });

  test('leaves out what was published for the experiment, where it changes it', () => {
    const known = { published: { testAccuracy: 0.7 } };
    expect(only(known, 'training.batchSize=32').published).toBeUndefined();
    expect(only(known, 'training.batchSize=64').published).toEqual({ testAccuracy: 0.7 });
    expect(only(known, 'published.testAccuracy=0.6', 'seeds=[1]').published?.testAccuracy).toBe(
      0.6,
    );
  });
});

describe('What --set cannot do is told with the nearest that it can:', () => {
  test.each([
    [
      'a misspelt key',
      'training.batchsize=3',
      'with training.batchsize=3: training.batchsize is not a known key. Hint: did you mean "batchSize"?',
    ],
    [
      'a misspelt option of a stage',
      'preprocessing[1].mod=both',
      'with preprocessing[1].mod=both: preprocessing[1].mod is not a known key. Hint: did you mean "mode"?',
    ],
    [
      'a key that lies deeper',
      'learning-rate=1',
      'with learning-rate=1: learning-rate is not a known key. Hint: did you mean "training.optimizer.learningRate"?',
    ],
    [
      "an optimiser's option beside the optimiser",
      'training.learningRate=0.1',
      'with training.learningRate=0.1: training.learningRate is not a known key. Hint: did you mean "training.optimizer.learningRate"?',
    ],
    [
      "another optimiser's option",
      'training.momentum=0.9',
      'with training.momentum=0.9: training.momentum is not a known key. Hint: did you mean "training.optimizer.momentum"?',
    ],
    [
      'a name in place of a key',
      'training.ema.decay=0.9',
      'with training.ema.decay=0.9: training.ema is not a known key. Hint: write "average": {"name": "ema"}.',
    ],
    [
      'an option without its stage',
      'preprocessing.mode=both',
      'with preprocessing.mode=both: preprocessing.mode is not in the experiment. Hint: the names there are "minmax" or "random-flip".',
    ],
    [
      'a misspelt stage',
      'preprocessing.random-flp.mode=both',
      'with preprocessing.random-flp.mode=both: preprocessing.random-flp is not in the experiment. Hint: did you mean "random-flip"?',
    ],
    [
      'a place too far',
      'preprocessing[2].mode=both',
      'with preprocessing[2].mode=both: preprocessing[2] is not there: preprocessing has 2 items.',
    ],
    [
      'a key of a plain value',
      'resampling.x=1',
      'with resampling.x=1: resampling.x is not a known key.',
    ],
    [
      'a text that is no number',
      'training.batchSize="2"',
      'with training.batchSize="2": training.batchSize must be a number, received "2". Hint: give a whole number between 1 and 50000, for example 64.',
    ],
    [
      'a value out of range',
      'training.batchSize=0',
      'with training.batchSize=0: training.batchSize must be at least 1, received 0. Hint: give a whole number between 1 and 50000, for example 64.',
    ],
    ['the sweep itself', 'sweep.set={}', expect.stringContaining('sweep is not a known key.')],
    [
      'keys that contradict each other',
      'dataset.trainLimit=50',
      'with dataset.trainLimit=50: training.batchSize must be at most the 50 images to train on, received 64. Hint: lower training.batchSize or raise dataset.trainLimit.',
    ],
  ])('%s', (_, set, problem) => {
    expect(changesOf(flips, set)).toEqual([problem]);
  });

  test('a name that two stages have', () => {
    const twice = { preprocessing: [{ name: 'random-flip' }, { name: 'random-flip' }] };
    expect(changesOf(twice, 'preprocessing.random-flip.mode=both')).toEqual([
      'with preprocessing.random-flip.mode=both: preprocessing.random-flip could be one of several. Hint: count from 0: preprocessing[0] or preprocessing[1].',
    ]);
  });

  test('the same problem of many combinations, once', () => {
    expect(changesOf({}, 'training.batchSize=0,64', 'training.epochs=1,2,3')).toEqual([
      'with training.batchSize=0, training.epochs=1 (and 2 more): training.batchSize must be at least 1, received 0. Hint: give a whole number between 1 and 50000, for example 64.',
    ]);
  });

  test('more combinations than anyone wants', () => {
    const sets = ['training.epochs=range(1,501)', 'training.batchSize=range(1,501)'];
    expect(changesOf({}, ...sets)).toEqual([
      'the sweep has 250000 combinations, of at most 10000.',
    ]);
  });
});

test.each(['', 'training.batchSize', '=3', 'a..b=3', '[0]=3'])('%j is no change', (text) => {
  expect(parseSet(text)).toMatchObject({
    message: 'expected path=value, such as training.batchSize=32,64.',
  });
});
