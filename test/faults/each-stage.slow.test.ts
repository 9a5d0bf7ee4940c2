import { beforeAll, expect, test } from 'vitest';
import { type Cifar10, readCifar10 } from '../../src/cifar10/dataset.js';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type TrialCheckpoints,
} from '../../src/runner/checkpoint.js';
import { runTrial, type TrialContext } from '../../src/runner/run-trial.js';
import { planTrials } from '../../src/runner/trial.js';
import { stages } from '../../src/stages/list.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';
import { parseExperiment } from '../experiment/parse.js';
import { environment } from '../report/results.js';

let data: Cifar10;
beforeAll(async () => {
  await loadTestEngine();
  data = await readCifar10(await cachedData());
});

/** Behind a stage that changes the size of images, too. */
const model = {
  name: 'layers',
  layers: [
    { type: 'conv2d', filters: 4, kernelSize: 3, activation: 'relu' },
    { type: 'global-average-pooling2d' },
    { type: 'dropout', rate: 0.2 },
    { type: 'dense', units: 10 },
  ],
};

const examples = stages.flatMap(({ options }) => (options.meta()?.examples ?? []) as object[]);

/** One file for each example of each stage, of 60 images in three steps an epoch. */
const experiments = examples.map((example) => {
  const dataset = { trainLimit: 60, testLimit: 20 };
  const training = { epochs: 2, batchSize: 25 };
  return parseExperiment({ dataset, preprocessing: [example], model, training });
});

async function start(experiment: Experiment, changes: Partial<TrialContext>) {
  const [trial] = planTrials([experiment]);
  if (!trial) throw new Error('There is no trial.');
  return runTrial(trial, {
    ...{ catalogue: shippedCatalogue(), data, environment, reporter: {} },
    ...{ provenance: { commandLine: [] }, ...changes },
  });
}

/** Keeps the newest checkpoint, as its files hold it. */
function keepCheckpoint() {
  let files: ReadonlyMap<string, Buffer> | undefined;
  const checkpoints: TrialCheckpoints = {
    read: async () => ({ damaged: [], ...(files && { checkpoint: decodeCheckpoint(files) }) }),
    async write(checkpoint: Checkpoint) {
      const entries = Object.entries(encodeCheckpoint(checkpoint));
      files = new Map(entries.map(([name, content]) => [name, Buffer.from(content)]));
    },
    requireSpace: async () => {},
  };
  return checkpoints;
}

/** What must be the same: all but times, and how often it was continued. */
function numbersOf(run: Awaited<ReturnType<typeof start>>) {
  if (run.type !== 'ended') throw new Error('It was to come to its end.');
  if (run.result.status === 'failed') throw new Error(run.result.reason);
  const { history, test: judged, diagnostics, fitted } = run.result;
  const epochs = history.map(({ trainSeconds: _, validationSeconds: __, ...epoch }) => epoch);
  return { epochs, judged, diagnostics, fitted, predicted: run.predicted };
}

test.each(
  experiments.map((experiment, index) => ({
    example: JSON.stringify(examples[index]),
    experiment,
  })),
)(
  '$example trains, stops within its second epoch, and goes on bit for bit',
  async ({ experiment }) => {
    const whole = numbersOf(await start(experiment, {}));
    const checkpoints = keepCheckpoint();
    let polls = 0;
    // Three steps and an evaluation, and one step more.
    const stopped = await start(experiment, { checkpoints, shouldStop: () => ++polls === 5 });
    expect(stopped.type).toBe('interrupted');
    const { checkpoint } = await checkpoints.read();
    expect(checkpoint?.state).toMatchObject({ epoch: 1, step: 1 });
    expect(numbersOf(await start(experiment, { checkpoints }))).toEqual(whole);
  },
);
