import { startEngine } from '#prep-lab/engine/start.js';
import { silentProgress } from '#prep-lab/progress.js';
import { train } from '#prep-lab/training/train.js';
import type { TrainingRequest } from '../training-request.js';
import { printAnswer, readRequest, secondsSinceStart } from './answer.js';
import { readTestImages, readTrainingImages } from './images.js';
import { createRecipe, createTrialLearner } from './learner.js';
import { geometricStages } from './stage-cases.js';

/** Trains as `prep-lab run` does. Prints the seconds of each epoch, its evaluation included, but the first. */
const request = readRequest<TrainingRequest>();
const { device, threads, dataFolder, batchSize, epochs, augmentation, testCount } = request;
const engine = await startEngine({ device, threads, progress: silentProgress });
const images = await readTrainingImages(dataFolder, request.trainCount);
const validation = testCount > 0 ? 'test' : 'none';
const precision = request.precision === 'bfloat16' ? 'mixed-bfloat16' : 'float32';
const recipe = createRecipe({ batchSize, epochs, validation, precision });
const learner = createTrialLearner({
  net: request.net,
  preprocessing: [{ name: 'minmax' }, ...(augmentation === 'none' ? [] : geometricStages)],
  resampling: augmentation === 'once' ? 'once' : 'each',
  recipe,
  execution: request.execution,
  train: images,
  ...(testCount > 0 && { test: await readTestImages(dataFolder, testCount) }),
});

let readySeconds: number | undefined;
const { history } = await train({
  learner,
  recipe,
  seed: 0,
  imageCount: images.count,
  ...(validation === 'test' && { validation }),
  onEpoch: () => {
    readySeconds ??= secondsSinceStart();
  },
});
printAnswer({
  seconds: history.slice(1).map((epoch) => epoch.trainSeconds + epoch.validationSeconds),
  ...(readySeconds !== undefined && { readySeconds }),
  parameterCount: learner.weights.reduce((sum, { size }) => sum + size, 0),
  versions: { TensorFlow: engine.tensorflowVersion },
});
