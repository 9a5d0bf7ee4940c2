import { startEngine } from '#prep-lab/engine/start.js';
import { shippedCatalogue } from '#prep-lab/experiment/catalogue.js';
import { readExperiment } from '#prep-lab/experiment/read-experiment.js';
import { silentProgress } from '#prep-lab/progress.js';
import { prepareTrial } from '#prep-lab/runner/prepare-trial.js';
import { train } from '#prep-lab/training/train.js';
import { projectFile } from '../project-file.js';
import type { RecordRequest } from '../record-request.js';
import { printAnswer, readRequest, secondsSinceStart } from './answer.js';
import { readTestImages, readTrainingImages } from './images.js';

/** Trains the record recipe as `prep-lab run` does, without judging. Prints the seconds of each epoch but the first. */
const request = readRequest<RecordRequest>();
const { device, threads, dataFolder, batchSize, epochs, trainCount } = request;
const engine = await startEngine({ device, threads, progress: silentProgress });
const written = await readExperiment(projectFile('experiments/record/airbench94-muon.json'));
const { testViews: _, ...recipe } = written.training;
const training = { ...recipe, batchSize, epochs, validation: 'none' } as const;
const images = {
  train: await readTrainingImages(dataFolder, trainCount),
  test: await readTestImages(dataFolder, 10),
};
const { learner, parameterCount } = prepareTrial(
  { experiment: { ...written, training }, seed: 0 },
  images,
  { catalogue: shippedCatalogue(), execution: 'graph', measuresGradient: true },
);

let readySeconds: number | undefined;
const { history } = await train({
  learner,
  recipe: training,
  seed: 0,
  imageCount: trainCount,
  onEpoch: () => {
    readySeconds ??= secondsSinceStart();
  },
});
printAnswer({
  seconds: history.slice(1).map((epoch) => epoch.trainSeconds),
  ...(readySeconds !== undefined && { readySeconds }),
  parameterCount,
  versions: { TensorFlow: engine.tensorflowVersion },
});
