import type { DoneTrial, FailedTrial } from '../../src/results/result.js';

const key = '0123456789abcdef'.repeat(4);

const epoch = {
  trainLoss: 1.234567890123,
  trainAccuracy: 0.5,
  validationLoss: 1.5,
  validationAccuracy: 0.45,
  learningRate: 0.001,
  trainSeconds: 11.358826828,
  validationSeconds: 0.6287156519999989,
};

const identity = {
  id: 'minmax-seed0-01234567',
  key,
  experiment: {
    name: 'minmax',
    thresholds: { testAccuracy: '>= 0.5' },
    dataset: { name: 'cifar10' },
    preprocessing: [{ name: 'minmax', range: [0, 1] }],
    resampling: 'each',
    model: { name: 'baseline' },
    training: {
      epochs: 10,
      batchSize: 64,
      optimizer: { name: 'sgd', learningRate: 0.01, momentum: 0 },
      precision: 'float32',
      labelSmoothing: 0,
      validation: 'test',
    },
    seeds: [0],
  },
  changes: [{ path: 'training.batchSize', value: 64 }],
  summary: { preprocessing: 'minmax', model: 'baseline' },
  writtenEpochs: 10,
  seed: 0,
  environment: {
    prepLab: '0.1.0',
    node: 'v20.0.0',
    tensorflow: '2.21.0',
    platform: 'linux-x64',
    device: 'cpu',
    deviceName: 'A processor',
    threads: 2,
    precision: 'float32',
    execution: 'graph',
  },
  provenance: { commandLine: ['run'], git: { commit: 'c0ffee', isDirty: true } },
  dataSha256: { 'test_batch.bin': key },
  startedAt: '2026-01-01T00:00:00.000Z',
  durationSeconds: 120,
  resumeCount: 1,
  history: Array.from({ length: 10 }, (_, index) => ({ epoch: index + 1, ...epoch })),
} as const;

/** A trial as results hold it, with all that may be left out. */
export function storedTrial(status: 'done'): DoneTrial;
export function storedTrial(status: 'failed'): FailedTrial;
export function storedTrial(status: 'done' | 'failed'): DoneTrial | FailedTrial {
  if (status === 'failed') return { status, ...identity, reason: 'Why.', hint: 'What.' };
  return {
    status,
    ...identity,
    imageCounts: { train: 50_000, validation: 0, test: 10_000 },
    parameterCount: 122_570,
    test: {
      accuracy: 0.375,
      loss: 1.5,
      epoch: 10,
      weights: 'last',
      right: Buffer.alloc(1250, 7).toString('base64'),
    },
    best: { epoch: 1, accuracy: 0.45, judgedOn: 'test' },
    stoppedEarly: false,
    trainSeconds: 113,
    imagesPerSecond: 4400.5,
    fitted: [{}, { mean: [0.1, 0.2, 0.3] }],
  };
}
