import { beforeAll, describe, expect, test } from 'vitest';
import { type Cifar10, readCifar10 } from '../../src/cifar10/dataset.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { tensorflow } from '../../src/graph/tensorflow.js';
import type { DoneTrial, TrialResult } from '../../src/results/result.js';
import { runTrial } from '../../src/runner/run-trial.js';
import { planTrials } from '../../src/runner/trial.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import { environment } from '../report/results.js';
import { tinyCatalogue, tinyExperiment } from './tiny-experiment.js';

let data: Cifar10;
beforeAll(async () => {
  await loadTestEngine();
  data = await readCifar10(await cachedData());
});

/** Runs the first trial of an experiment. */
async function run(
  experiment: Experiment,
  execution: 'graph' | 'eager' = 'graph',
): Promise<TrialResult> {
  const [trial] = planTrials([experiment]);
  if (!trial) throw new Error('No trial.');
  const end = await runTrial(trial, {
    catalogue: tinyCatalogue,
    data,
    environment: { ...environment, execution },
    provenance: { commandLine: [] },
    reporter: {},
  });
  if (end.type !== 'ended') throw new Error('Nobody interrupted it.');
  return end.result;
}

async function runToEnd(...parameters: Parameters<typeof run>): Promise<DoneTrial> {
  const trial = await run(...parameters);
  if (trial.status === 'failed') throw new Error(trial.reason);
  return trial;
}

describe('The result of a trial', () => {
  test('says what was run and what came of it', async () => {
    const experiment = tinyExperiment('minmax', { seeds: [3] });
    const trial = await runToEnd(experiment);
    expect(trial).toEqual({
      status: 'done',
      id: `minmax-seed3-${trial.key.slice(0, 8)}`,
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      settingKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      experiment,
      changes: [],
      summary: { preprocessing: 'minmax', model: 'tiny' },
      writtenEpochs: 2,
      seed: 3,
      environment: { ...environment, execution: 'graph' },
      provenance: { commandLine: [] },
      dataSha256: data.sha256,
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      durationSeconds: expect.any(Number),
      resumeCount: 0,
      history: trial.history,
      imageCounts: { train: 150, validation: 0, test: 100 },
      parameterCount: 130,
      test: {
        accuracy: trial.history[1]?.validationAccuracy,
        loss: trial.history[1]?.validationLoss,
        epoch: 2,
        weights: 'last',
        right: expect.any(String),
      },
      best: { epoch: expect.any(Number), accuracy: expect.any(Number), judgedOn: 'test' },
      stoppedEarly: false,
      trainSeconds: expect.any(Number),
      imagesPerSecond: expect.any(Number),
      fitted: [{}],
      diagnostics: expect.anything(),
    });
    expect(trial.history).toHaveLength(2);
    expect(Object.keys(trial.dataSha256)).toHaveLength(6);
    expect(trial.imagesPerSecond).toBeCloseTo(300 / trial.trainSeconds, 3);
    expect(trial.durationSeconds).toBeGreaterThan(trial.trainSeconds);
  });

  test('holds what stages learned, but no statistics a pixel', async () => {
    const preprocessing = [{ name: 'zscore' }, { name: 'zscore', per: 'pixel' }];
    const { fitted } = await runToEnd(tinyExperiment('zscore', { preprocessing }));
    const three = [expect.any(Number), expect.any(Number), expect.any(Number)];
    expect(fitted).toEqual([{ mean: three, std: three }, {}]);
  });

  test('names the best epoch: the first with the highest validation accuracy', async () => {
    const { best, history } = await runToEnd(tinyExperiment('best', { training: { epochs: 6 } }));
    const accuracies = history.map(({ validationAccuracy }) => validationAccuracy ?? -1);
    const highest = Math.max(...accuracies);
    expect(best).toEqual({
      epoch: accuracies.indexOf(highest) + 1,
      accuracy: highest,
      judgedOn: 'test',
    });
  });
});

test('Views judge the final weights only; what the images give as they are is told beside it', async () => {
  const experiment = tinyExperiment('minmax');
  const plain = await runToEnd(experiment);
  const training = { ...experiment.training, testViews: 'mirror-translate' as const };
  const viewed = await runToEnd({ ...experiment, training });
  const { accuracy, loss } = plain.test;
  expect(plain.test.withoutViews).toBeUndefined();
  expect(viewed.test.withoutViews).toEqual({ accuracy, loss });
  expect(viewed.test.loss).not.toBe(loss);
  const numbers = ({ history }: DoneTrial) => history.map((epoch) => epoch.validationLoss);
  expect(numbers(viewed)).toEqual(numbers(plain));
  // What follows from single images is of the views, as the accuracy is.
  const right = [...Buffer.from(viewed.test.right ?? '', 'base64')].reduce(
    (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
    0,
  );
  expect(right / viewed.imageCounts.test).toBeCloseTo(viewed.test.accuracy, 6);
});

describe('Validation', () => {
  test('none: epochs are not judged, the final weights are', async () => {
    const training = { epochs: 2, validation: 'none' };
    const trial = await runToEnd(tinyExperiment('none', { training }));
    expect(trial.history).toHaveLength(2);
    expect(trial.history[0]).not.toHaveProperty('validationAccuracy');
    expect(trial).not.toHaveProperty('best');
    expect(trial.imageCounts.validation).toBe(0);
    expect(trial.test.accuracy).toBeGreaterThan(0);
  });

  test('split: epochs are judged on training images that were kept back', async () => {
    const training = { epochs: 2, validation: { split: 50 } };
    const trial = await runToEnd(tinyExperiment('split', { training }));
    expect(trial.imageCounts).toEqual({ train: 100, validation: 50, test: 100 });
    expect(trial.best?.judgedOn).toBe('split');
    expect(trial.history[1]?.validationLoss).not.toBe(trial.test.loss);
  });

  test('early stopping: the restored epoch is what is reported', async () => {
    const earlyStopping = { monitor: 'validationAccuracy', patience: 2, restoreBestWeights: true };
    const optimizer = { name: 'sgd', learningRate: 5 };
    const training = { epochs: 40, optimizer, earlyStopping };
    const trial = await runToEnd(tinyExperiment('stopped', { training }));
    expect(trial.test.weights).toBe('best');
    expect(trial.test.epoch).toBe(trial.best?.epoch);
    expect(trial.test.accuracy).toBe(trial.best?.accuracy);
    expect(trial.test.loss).toBe(trial.history[trial.test.epoch - 1]?.validationLoss);
  });
});

describe('A trial that fails says why', () => {
  test('if its loss is no longer finite', async () => {
    const experiment = tinyExperiment('exploding', { preprocessing: [] });
    // More than a file may ask for: float32 then overflows at once.
    const optimizer = { name: 'sgd', learningRate: 1e38, momentum: 0 } as const;
    const trial = await run({ ...experiment, training: { ...experiment.training, optimizer } });
    expect(trial).toMatchObject({
      status: 'failed',
      id: expect.stringMatching(/^exploding-seed0-/),
      experiment: expect.anything(),
      summary: { preprocessing: 'none', model: 'tiny' },
      writtenEpochs: 2,
      seed: 0,
      dataSha256: data.sha256,
      startedAt: expect.any(String),
      durationSeconds: expect.any(Number),
      reason: expect.stringMatching(
        /^The training loss became (NaN|Infinity) in step \d of epoch 1\.$/,
      ),
      hint: 'Lower training.optimizer.learningRate, or scale the pixels (minmax or zscore).',
      history: [],
    });
  });

  test("if its model cannot be trained, with the model's advice", async () => {
    const trial = await run(tinyExperiment('linear', {}, { activation: 'linear' }));
    expect(trial).toMatchObject({
      status: 'failed',
      reason: 'Model "tiny" ends in Dense "head", expected a softmax over the classes.',
      hint: "End it with a dense layer of activation 'softmax'.",
      history: [],
    });
  });

  test('if a stage of a plug-in throws, in one line', async () => {
    const experiment = { ...tinyExperiment('broken'), preprocessing: [{ name: 'broken' }] };
    const trial = await run(experiment);
    expect(trial).toMatchObject({ status: 'failed', reason: 'It is broken.' });
    expect(trial).not.toHaveProperty('hint');
  });
});

describe('Numbers', () => {
  const numbers = ({ history, test: judged }: DoneTrial) => ({
    epochs: history.map(({ trainLoss, trainAccuracy, validationLoss }) => [
      trainLoss,
      trainAccuracy,
      validationLoss,
    ]),
    judged: judged.loss,
  });
  const withDropout = (changes: object = {}) => tinyExperiment('numbers', changes, { rate: 0.5 });

  test('are the same for the same seed, whatever ran before, and others for another', async () => {
    const first = numbers(await runToEnd(withDropout()));
    await runToEnd(tinyExperiment('between'));
    expect(numbers(await runToEnd(withDropout()))).toEqual(first);
    expect(numbers(await runToEnd(withDropout({ seeds: [1] })))).not.toEqual(first);
  });

  test('of two arms with one seed come from the same weights, order and dropout', async () => {
    // Both stages draw, and change nothing.
    const preprocessing = [
      { name: 'minmax' },
      { name: 'random-rotation', factor: 0 },
      { name: 'random-brightness', factor: 0, valueRange: [0, 1] },
    ];
    const plain = await runToEnd(withDropout());
    const augmented = await runToEnd(withDropout({ preprocessing }));
    plain.history.forEach(({ trainLoss }, epoch) => {
      expect(augmented.history[epoch]?.trainLoss).toBeCloseTo(trainLoss, 5);
    });
  });

  test('are the same eagerly, but for the last digits', async () => {
    const graph = await runToEnd(withDropout());
    const eager = await runToEnd(withDropout(), 'eager');
    graph.history.forEach(({ trainLoss }, epoch) => {
      expect(eager.history[epoch]?.trainLoss).toBeCloseTo(trainLoss, 5);
    });
  });
});

test('Tensors do not add up from trial to trial, failed ones too', async () => {
  const earlyStopping = { restoreBestWeights: true };
  const experiments = [
    tinyExperiment('fine'),
    tinyExperiment('stopped', { training: { epochs: 2, earlyStopping } }),
    tinyExperiment('linear', {}, { activation: 'linear' }),
    { ...tinyExperiment('broken'), preprocessing: [{ name: 'broken' }] },
  ];
  const before = tensorflow().memory().numTensors;
  for (const experiment of experiments) {
    await run(experiment);
    expect(tensorflow().memory().numTensors, experiment.name).toBe(before);
  }
});
