import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';
import { faultPlugin } from './fault.js';
import type { RunSetting } from './start-run.js';

/** Experiments that are run in a folder of their own. */
export interface Scenario extends RunSetting {
  /** The results folder, absolute. */
  readonly out: string;
  /** Where preloads may log; outside of the results. */
  readonly log: string;
  /** The same command with more options. */
  with(...options: string[]): Scenario;
}

export interface ScenarioOptions {
  /** By name; what differs from the defaults below. */
  readonly experiments?: Readonly<Record<string, object>>;
  /** More options for the command. */
  readonly options?: readonly string[];
}

/**
 * Three experiments that use all that a checkpoint must hold: random stages, dropout, BatchNorm, Adam and momentum,
 * EarlyStopping with the best weights, the plateau's learning rate, a split.
 */
export const threeExperiments: Readonly<Record<string, object>> = {
  plain: {},
  turned: {
    preprocessing: [
      { name: 'zscore' },
      { name: 'random-flip' },
      { name: 'random-rotation', factor: 0.1 },
    ],
    model: { name: 'quarters', rate: 0.3 },
    training: {
      epochs: 4,
      labelSmoothing: 0.1,
      earlyStopping: { monitor: 'validationAccuracy', patience: 2, restoreBestWeights: true },
      reduceLearningRateOnPlateau: { patience: 0, factor: 0.5 },
    },
  },
  split: {
    training: {
      epochs: 3,
      optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
      validation: { split: 40 },
    },
  },
};

/** Writes experiment files into a new folder: by default three experiments with two seeds, 12 s without faults. */
export async function createScenario({
  experiments = threeExperiments,
  options = ['--seed', '0,1'],
}: ScenarioOptions = {}): Promise<Scenario> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'experiments'));
  const files: string[] = [];
  for (const [name, changes] of Object.entries(experiments)) {
    const experiment = {
      preprocessing: [{ name: 'minmax' }],
      model: { name: 'quarters' },
      training: { epochs: 3 },
      ...changes,
    };
    files.push(join('experiments', `${name}.json`));
    await writeFile(join(folder, 'experiments', `${name}.json`), JSON.stringify(experiment));
  }
  const fixed = [
    '--limit',
    '200,100',
    '--device',
    'cpu',
    '--threads',
    '1',
    '--plugin',
    faultPlugin,
  ];
  return scenarioOf(folder, ['run', ...files, ...fixed, ...options]);
}

function scenarioOf(folder: string, parameters: readonly string[]): Scenario {
  return {
    folder,
    parameters,
    out: join(folder, 'results'),
    log: join(folder, 'calls.log'),
    with: (...options) => scenarioOf(folder, [...parameters, ...options]),
  };
}
