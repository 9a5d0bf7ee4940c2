import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { createEditorSchema } from '../../src/experiment/shorthands.js';
import { planTrials } from '../../src/runner/trial.js';
import { parseExperiment, problemsOf } from './parse.js';
import { changesOf, expand } from './sweep/expand.js';

const short = {
  preprocessing: ['minmax', { name: 'random-flip', mode: 'horizontal' }, 'random-shear'],
  model: 'deep',
  training: { optimizer: 'adamw', schedule: 'cosine', average: 'ema', validation: { split: 0.1 } },
  seeds: 3,
};
const full = {
  preprocessing: [
    { name: 'minmax' },
    { name: 'random-flip', mode: 'horizontal' },
    { name: 'random-shear' },
  ],
  model: { name: 'deep' },
  training: {
    optimizer: { name: 'adamw' },
    schedule: { name: 'cosine' },
    average: { name: 'ema' },
    validation: { split: 5000 },
  },
  seeds: [0, 1, 2],
};

test('what is written in short is the same experiment, with the same keys of its trials', () => {
  expect(parseExperiment(short)).toEqual(parseExperiment(full));
  const keysOf = (written: object) => planTrials([parseExperiment(written)]).map(({ key }) => key);
  expect(keysOf(short)).toEqual(keysOf(full));
});

test.each([
  [{ training: { validation: { split: 0.1 } } }, 5000],
  [{ training: { validation: { split: 0.1 } }, dataset: { trainLimit: 1234 } }, 123],
  [{ training: { validation: { split: 1e-9 } } }, 1],
  [{ training: { validation: { split: 1 } } }, 1],
])('%j keeps %i images back', (written, split) => {
  expect(parseExperiment(written).training.validation).toEqual({ split });
});

test.each([
  [{ seeds: 0 }, 'seeds must be an array, received 0. Hint: write for example [0,1,2].'],
  [{ seeds: 1001 }, 'seeds must be an array, received 1001. Hint: write for example [0,1,2].'],
  [{ seeds: 1.5 }, 'seeds must be an array, received 1.5. Hint: write for example [0,1,2].'],
  [
    { training: { validation: { split: 1.5 } } },
    'training.validation.split must be a whole number, received 1.5. Hint: give a whole number between 1 and 10000000.',
  ],
])('%j is told as %s', (written, problem) => {
  expect(problemsOf(written)).toEqual([problem]);
});

test('a list of very many names is refused soon', () => {
  const started = performance.now();
  const [problem] = problemsOf({ preprocessing: Array.from({ length: 200_000 }, () => 'minmax') });
  expect(problem).toBe(
    'preprocessing must have at most 100 items, received an array of 200000 items.',
  );
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('--set reaches into what is written in short, and sets it', () => {
  const [variant] = expand(
    short,
    'preprocessing.minmax.range=[-1,1]',
    'training.optimizer.weightDecay=0.1',
    'dataset.trainLimit=1000',
    'seeds=2',
  );
  expect(variant).toMatchObject({
    experiment: {
      preprocessing: [{ name: 'minmax', range: [-1, 1] }, {}, {}],
      training: { optimizer: { name: 'adamw', weightDecay: 0.1 }, validation: { split: 100 } },
      seeds: [0, 1],
    },
  });
  expect(changesOf({}, 'model=baseline,deep')).toEqual(['model=baseline', 'model=deep']);
  const [deep] = expand({}, 'model=deep', 'model.dropoutRates[1]=0');
  expect(deep).toMatchObject({ experiment: { model: { dropoutRates: [0.2, 0, 0.4, 0.5] } } });
  expect(expand(full, 'preprocessing[0]=zscor')).toEqual([
    'with preprocessing[0]=zscor: preprocessing[0].name "zscor" is not known. Hint: did you mean "zscore"?',
  ]);
});

test('a sweep of a file may write in short too', () => {
  const sweep = {
    set: { 'preprocessing[0]': ['minmax', 'zscore'], 'training.validation.split': [0.1, 0.2] },
    exclude: [{ 'training.validation.split': 0.2, 'preprocessing[0].name': 'minmax' }],
  };
  expect(changesOf({ ...short, sweep })).toEqual([
    'preprocessing[0]=minmax, training.validation.split=0.1',
    'preprocessing[0]=zscore, training.validation.split=0.1',
    'preprocessing[0]=zscore, training.validation.split=0.2',
  ]);
});

test("the editors' schema takes both, and no name that needs options", () => {
  const validate = new Ajv().compile(createEditorSchema(shippedCatalogue()));
  for (const written of [short, full]) {
    expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
  }
  for (const wrong of [
    { preprocessing: ['resize'] },
    { preprocessing: ['zscor'] },
    { model: 'layers' },
    { seeds: 0 },
    { training: { validation: { split: 1.5 } } },
  ]) {
    expect(validate({ ...short, ...wrong })).toBe(false);
  }
});
