import { beforeAll, expect, test, vi } from 'vitest';
import { computeFindings } from '../../src/analysis/findings/compute-findings.js';
import type { WrittenExperiment } from '../../src/experiment/written-experiment.js';
import { runExperiments } from '../../src/runner/run-experiments.js';
import { readVersion } from '../../src/version.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import { tinyCatalogue, tinyExperiment } from './tiny-experiment.js';

// Each trial compiles its steps, which takes seconds where others use the machine too.
vi.setConfig({ testTimeout: 600_000 });

let dataFolder: string;
beforeAll(async () => {
  await loadTestEngine();
  dataFolder = await cachedData();
});

type Options = NonNullable<Parameters<typeof runExperiments>[1]>;

const run = (experiments: Parameters<typeof runExperiments>[0], options: Options = {}) =>
  runExperiments(experiments, { catalogue: tinyCatalogue, dataFolder, device: 'cpu', ...options });

test('Results say what they were made with, and survive JSON', async () => {
  const results = await run([tinyExperiment('minmax')]);
  expect(results).toMatchObject({
    format: 'prep-lab results',
    version: 2,
    trials: [
      {
        status: 'done',
        environment: {
          prepLab: readVersion(),
          node: process.version,
          tensorflow: '2.21.0',
          platform: `${process.platform}-${process.arch}`,
          device: 'cpu',
          deviceName: expect.stringMatching(/./),
          threads: expect.any(Number),
          precision: 'float32',
          execution: 'graph',
        },
      },
    ],
  });
  expect(JSON.parse(JSON.stringify(results))).toEqual(results);
});

test('A trial computes in the precision of its recipe, unless another is asked for', async () => {
  // A network of one dense layer gives logits alone, which are float32 in either.
  const experiment = { ...tinyExperiment('mixed'), model: { name: 'baseline' } };
  const training = { ...experiment.training, precision: 'mixed-bfloat16' as const };
  const [mixed] = (await run([{ ...experiment, training }])).trials;
  expect(mixed).toMatchObject({
    status: 'done',
    environment: { precision: 'mixed-bfloat16' },
    experiment: { training: { precision: 'mixed-bfloat16' } },
  });
  const overrides = { precision: 'float32' } as const;
  const [exact] = (await run([{ ...experiment, training }], { overrides })).trials;
  expect(exact?.environment.precision).toBe('float32');
  expect(exact?.key).toBe((await run([experiment])).trials[0]?.key);
  expect(exact?.history[0]?.trainLoss).not.toBe(mixed?.history[0]?.trainLoss);
});

test('Plain objects are trained as files would be, a sweep in each of its combinations', async () => {
  const { trials } = await run([
    {
      dataset: { trainLimit: 150, testLimit: 100 },
      preprocessing: ['minmax', { name: 'random-flip', mode: 'horizontal' }],
      model: 'baseline',
      training: { epochs: 1, validation: { split: 0.1 } },
      seeds: 2,
      sweep: { set: { 'training.batchSize': [32, 64] } },
    },
  ]);
  const told = trials.map((trial) => [
    trial.experiment.name,
    trial.seed,
    trial.changes?.[0]?.value,
    trial.status === 'done' && trial.imageCounts.validation,
    trial.status,
  ]);
  expect(told).toEqual([
    ['experiment', 0, 32, 15, 'done'],
    ['experiment', 1, 32, 15, 'done'],
    ['experiment', 0, 64, 15, 'done'],
    ['experiment', 1, 64, 15, 'done'],
  ]);
});

const searched: WrittenExperiment = {
  name: 'tune',
  dataset: { trainLimit: 150, testLimit: 100 },
  preprocessing: ['minmax', 'random-flip'],
  model: 'baseline',
  training: { epochs: 2, validation: { split: 50 } },
};
const over = { 'training.batchSize': [16, 32, 64] };

test('A search finds what whole trainings would, and the results say what they tell', async () => {
  const search = { over, rungs: [0.5, 1], keep: 0.4, confirm: { seeds: 2 } };
  const found = await run([{ ...searched, search }]);
  const all = await run([{ ...searched, sweep: { set: over } }]);
  const scores = all.trials.map(({ history }) =>
    history.map(({ validationAccuracy = 0 }) => validationAccuracy),
  );
  const [first = 0, last = 0] = scores.toSorted(([a = 0], [b = 0]) => b - a)[0] ?? [];
  const best = scores.findIndex(([score]) => score === first);
  const chosen = { configurations: 3, place: 1, score: last };
  expect(
    found.trials.map((trial) => [trial.changes?.[0]?.value, trial.seed, trial.chosen]),
  ).toEqual([
    [undefined, 1, undefined],
    [undefined, 2, undefined],
    [over['training.batchSize'][best], 1, chosen],
    [over['training.batchSize'][best], 2, chosen],
  ]);
  expect(found.findings).toEqual(computeFindings({ ...found, trials: [...found.trials] }));
  expect(all.findings).toEqual(computeFindings({ ...all, trials: [...all.trials] }));
});

test('A race trains no more seeds than it asks for', async () => {
  const { trials } = await run([
    tinyExperiment('control'),
    tinyExperiment('same', { race: { against: 'control', maxSeeds: 9 } }),
  ]);
  expect(trials.map(({ experiment, seed }) => [experiment.name, seed])).toEqual([
    ...[0, 1, 2].map((seed) => ['control', seed]),
    ...[0, 1, 2].map((seed) => ['same', seed]),
  ]);
});

test('All problems are told before anything is trained, each with its place or file', async () => {
  const fine = { ...tinyExperiment('fine'), file: 'fine.json' };
  const failing = run([
    fine,
    { ...fine, role: 'control' },
    // @ts-expect-error No stage is called so.
    { preprocessing: [{ name: 'hflip' }], model: 'deep' },
    // @ts-expect-error The modes are "horizontal", "vertical" and "horizontal-and-vertical".
    { preprocessing: [{ name: 'random-flip', mode: 'both' }], model: 'deep' },
    { name: 'fine', model: 'deep', role: 'control' },
    { model: 'deep' },
    { model: 'baseline' },
  ]);
  await expect(failing).rejects.toMatchObject({
    exitCode: 2,
    message: [
      'experiments[2]: preprocessing[0].name "hflip" is not known.',
      'Hint: the nearest in meaning is "random-flip": write for example {"name":"random-flip","mode":"horizontal"}.',
      'experiments[3]: preprocessing[0].mode must be "horizontal", "vertical" or "horizontal-and-vertical", received "both".',
      'Hint: write for example {"name":"random-flip","mode":"horizontal"}.',
      'fine.json: the file is given twice.',
      'experiments[4]: name "fine" is taken by fine.json.',
      'Hint: give one of them another name, for example "name": "fine-2".',
      'experiments[6]: name "experiment" is taken by experiments[5].',
      'Hint: give one of them another name, for example "name": "experiment-2".',
      'experiments[4]: role "control" is taken by fine.json.',
    ].join('\n'),
    hint: 'take "role" out of one of them; --control NAME chooses another for one run.',
  });
});

test('Trials that fail are in the results, and the others go on', async () => {
  const { trials } = await run([
    tinyExperiment('broken', {}, { activation: 'linear' }),
    tinyExperiment('fine', { seeds: [0, 1] }),
  ]);
  expect(trials.map(({ experiment, seed, status }) => [experiment.name, seed, status])).toEqual([
    ['broken', 0, 'failed'],
    ['fine', 0, 'done'],
    ['fine', 1, 'done'],
  ]);
});

test('The reporter is told of starts, epochs and ends, in order, and is waited for', async () => {
  const told: string[] = [];
  await run([tinyExperiment('a', { seeds: [0, 1] })], {
    reporter: {
      trialStarted: (trial, { index, count }) =>
        told.push(`start ${trial.seed} ${index + 1}/${count}`),
      epochEnded: (trial, { epoch }) => told.push(`epoch ${trial.seed} ${epoch}`),
      async trialEnded(result, results) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        told.push(`end ${result.seed} of ${results.trials.length}`);
      },
    },
  });
  expect(told).toEqual([
    'start 0 1/2',
    'epoch 0 1',
    'epoch 0 2',
    'end 0 of 1',
    'start 1 2/2',
    'epoch 1 1',
    'epoch 1 2',
    'end 1 of 2',
  ]);
});

test('Overrides change the trials, and results keep the written epochs', async () => {
  const { trials } = await run([tinyExperiment('short')], {
    overrides: { epochs: 1, seeds: [5], limit: { train: 100, test: 50 } },
    execution: 'eager',
  });
  expect(trials[0]?.environment.execution).toBe('eager');
  expect(trials).toMatchObject([
    {
      seed: 5,
      writtenEpochs: 2,
      history: [{ epoch: 1 }],
      imageCounts: { train: 100, validation: 0, test: 50 },
    },
  ]);
});

test('Data that are not there are an error, before anything is trained', async () => {
  const started: string[] = [];
  const reporter = { trialStarted: () => started.push('started') };
  const failing = run([tinyExperiment('a')], { dataFolder: '/no/such/folder', reporter });
  await expect(failing).rejects.toMatchObject({ name: 'UserError', exitCode: 8 });
  expect(started).toEqual([]);
});
