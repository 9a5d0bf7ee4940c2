import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { checkRanges } from '../../src/experiment/range-check.js';
import { readExperiment, readExperiments } from '../../src/experiment/read-experiment.js';
import { createEditorSchema } from '../../src/experiment/shorthands.js';

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => `${folder}/${name}`);
}

const study = filesIn('experiments');
const record = filesIn('experiments/record');
const ladder = filesIn('experiments/ladder').sort();
const augmentations = filesIn('experiments/augmentations').sort();
const recordJitter = filesIn('experiments/augmentations/record').sort();
const files = [...study, ...record, ...ladder, ...augmentations, ...recordJitter];

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

test('docs/experiment.schema.json is current ("npm run schema" renews it)', () => {
  const written = readFileSync('docs/experiment.schema.json', 'utf8');
  expect(written).toBe(`${JSON.stringify(createEditorSchema(shippedCatalogue()), undefined, 2)}\n`);
});

test('the study is shipped with its published accuracies', async () => {
  const experiments = await readExperiments(study);
  const published = experiments.map(({ name, published }) => [name, published?.testAccuracy]);
  expect(Object.fromEntries(published)).toEqual({
    raw: 0.6547,
    minmax: 0.6938,
    geometric: 0.6713,
    photometric: 0.2062,
    'photometric-fixed': undefined,
    zscore: 0.6938,
    combined: 0.8732,
  });
});

test.each(files)('%s is named after its file and names its schema', (file) => {
  expect(readJson(file)).toMatchObject({
    $schema: `${'../'.repeat(file.split('/').length - 1)}docs/experiment.schema.json`,
    name: basename(file, '.json'),
  });
});

test.each(files)('%s fits the JSON Schema by another validator', (file) => {
  const validate = new Ajv({ allErrors: true }).compile(readJson('docs/experiment.schema.json'));
  validate(readJson(file));
  expect(validate.errors).toBeNull();
});

test('the JSON Schema refuses what prep-lab refuses', () => {
  const validate = new Ajv().compile(readJson('docs/experiment.schema.json'));
  const model = { name: 'baseline' };
  const refused = [
    {},
    { model, color: 1 },
    { model, training: { epochs: 0 } },
    { model, preprocessing: [{ name: 'random-flip', probability: 5 }] },
    { model, preprocessing: [{ name: 'random-flp' }] },
    { model, name: '../x' },
  ];
  expect(refused.filter((value) => validate(value))).toEqual([]);
  expect(validate({ model })).toBe(true);
});

test.each(files)(
  '%s has warnings about value ranges only if it is the photometric one',
  async (file) => {
    const warnings = checkRanges(await readExperiment(file), shippedCatalogue());
    expect(warnings).toHaveLength(file === 'experiments/photometric.json' ? 2 : 0);
  },
);

test('photometric-fixed differs from photometric in the value range alone', async () => {
  const [published, fixed] = await readExperiments([
    'experiments/photometric.json',
    'experiments/photometric-fixed.json',
  ]);
  expect(fixed).toMatchObject({ model: published?.model, training: published?.training });
  expect(fixed?.preprocessing).toEqual(
    published?.preprocessing.map((stage) =>
      'valueRange' in stage ? { ...stage, valueRange: [0, 1] } : stage,
    ),
  );
});

test('the record recipes credit their source and its licence, and say that they were tuned on the test images', () => {
  const recipes = record.map(readJson).filter(({ name }) => name.startsWith('airbench'));
  expect(recipes.map(({ name }) => name)).toEqual([
    'airbench93',
    'airbench94-muon-split',
    'airbench94-muon',
    'airbench94',
  ]);
  for (const { name, description, tunedOn } of recipes) {
    expect(tunedOn, name).toBe('test');
    expect(description, name).toMatch(/KellerJordan\/cifar10-airbench \(MIT/);
  }
});

test('airbench94-muon-split differs from airbench94-muon in the images kept back alone', () => {
  const [whole, split] = ['airbench94-muon', 'airbench94-muon-split'].map((name) =>
    readJson(`experiments/record/${name}.json`),
  );
  const { validation, ...training } = split.training;
  expect(validation).toEqual({ split: 5000 });
  expect({ training, model: split.model, preprocessing: split.preprocessing }).toEqual({
    training: whole.training,
    model: whole.model,
    preprocessing: whole.preprocessing,
  });
});

/** What of an experiment differs between two rungs: its preprocessing, its model, or keys of its training. */
function changedKeys(before: object, after: object): string[] {
  const keys = (file: object) => {
    const { preprocessing, model, training } = file as Record<string, object>;
    return new Map(Object.entries({ preprocessing, model, ...training }));
  };
  const [old, now] = [keys(before), keys(after)];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key)));
}

test('each rung of the ladder changes what it is named after, and nothing else', () => {
  const rungs = ladder.map(readJson);
  const changes = rungs
    .slice(1)
    .map((rung, index) => [rung.name, changedKeys(rungs[index], rung).sort().join(' ')]);
  expect(Object.fromEntries(changes)).toEqual({
    '02-scaling': 'preprocessing',
    '03-network': 'model',
    '04-optimizer': 'batchSize dropLast groups lossReduction optimizer schedule',
    '05-label-smoothing': 'labelSmoothing',
    '06-flip': 'preprocessing',
    '07-crop': 'preprocessing',
    '08-whitening': 'groups model',
    '09-averaging': 'average',
    '10-views': 'testViews',
    '11-width': 'model',
  });
});

test.each([
  ['control', augmentations],
  ['record', recordJitter],
])('the experiments beside %s train as it does, and are compared with it', (name, compared) => {
  const written = compared.map(readJson);
  const control = written.find((experiment) => experiment.name === name);
  expect(control.role).toBe('control');
  for (const experiment of written) {
    const changed = changedKeys(control, experiment);
    expect(changed, experiment.name).toEqual(experiment === control ? [] : ['preprocessing']);
    expect([experiment.dataset, experiment.seeds]).toEqual([control.dataset, control.seeds]);
  }
});

test('each augmentation of training images but what scales is tried alone', () => {
  const swept = readJson('experiments/augmentations/stages.json').sweep.set['preprocessing[0]'];
  const tried = new Set(swept.map(({ name }: { name: string }) => name));
  const augmenting = shippedCatalogue().stages.filter((definition) => {
    const [example] = (definition.options.meta()?.examples ?? []) as { name: string }[];
    return definition.create(definition.options.parse(example) as never).when === 'train';
  });
  expect(augmenting.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
});

test('the ladder passes through airbench93', () => {
  const {
    name: _,
    description: __,
    published: ___,
    ...recipe
  } = readJson('experiments/record/airbench93.json');
  expect(readJson('experiments/ladder/10-views.json')).toMatchObject(recipe);
});
