import type { Experiment } from '../../src/experiment/experiment.js';
import type {
  DoneTrial,
  Environment,
  FailedTrial,
  Results,
  TrialResult,
} from '../../src/results/result.js';

/** An experiment of the baseline, 10 epochs, judged on the test images. */
export function experiment(changes: Partial<Experiment> = {}): Experiment {
  return {
    name: 'raw',
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
    ...changes,
  };
}

/** Two threads of a CPU. */
export const environment: Environment = {
  prepLab: '0.1.0',
  node: 'v20.20.2',
  tensorflow: '2.21.0',
  platform: 'linux-x64',
  device: 'cpu',
  deviceName: 'AMD EPYC 7B13',
  threads: 2,
  precision: 'float32',
  execution: 'graph',
};

/** A trial that was trained for as many epochs as its experiment says. */
export function doneTrial(changes: Partial<DoneTrial> = {}): DoneTrial {
  const trained = changes.experiment ?? experiment();
  return {
    ...identity(trained),
    status: 'done',
    history: epochs(trained.training.epochs),
    imageCounts: { train: 50_000, validation: 0, test: 10_000 },
    parameterCount: 167_562,
    test: { accuracy: 0.5884, loss: 1.334, epoch: trained.training.epochs, weights: 'last' },
    best: { epoch: 7, accuracy: 0.6142, judgedOn: 'test' },
    stoppedEarly: false,
    trainSeconds: 161.2,
    imagesPerSecond: 3101.7,
    fitted: [],
    ...changes,
  };
}

/** Finished trials of one experiment with these accuracies, of seed 0 and on. */
export function seedsOf(
  name: string,
  accuracies: readonly number[],
  changes: Partial<DoneTrial> = {},
): DoneTrial[] {
  const seeds = accuracies.map((_, seed) => seed);
  return accuracies.map((accuracy, seed) =>
    doneTrial({
      experiment: experiment({ name, seeds }),
      seed,
      test: { accuracy, loss: 1, epoch: 10, weights: 'last' },
      ...changes,
    }),
  );
}

/** A trial that failed in its third epoch. */
export function failedTrial(changes: Partial<FailedTrial> = {}): FailedTrial {
  return {
    ...identity(changes.experiment ?? experiment()),
    status: 'failed',
    reason: 'The loss is no longer finite (epoch 3).',
    history: epochs(2),
    ...changes,
  };
}

/** Results with the given trials. */
export function resultsOf(...trials: readonly TrialResult[]): Results {
  return {
    format: 'prep-lab results',
    version: 2,
    trials,
  };
}

function identity(trained: Experiment) {
  return {
    id: `${trained.name}-seed0-01234567`,
    key: '0123456789abcdef'.repeat(4),
    experiment: trained,
    changes: [],
    summary: { preprocessing: 'none', model: 'baseline' },
    writtenEpochs: trained.training.epochs,
    seed: 0,
    environment,
    provenance: { commandLine: ['run', 'raw.json'] },
    dataSha256: {},
    startedAt: '2026-01-02T03:04:05.000Z',
    durationSeconds: 175,
    resumeCount: 0,
  };
}

function epochs(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    epoch: index + 1,
    trainLoss: 1,
    trainAccuracy: 0.6,
    learningRate: 0.001,
    trainSeconds: 16,
    validationSeconds: 1,
  }));
}
