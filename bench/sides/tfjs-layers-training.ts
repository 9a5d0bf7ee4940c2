import { startEngine } from '#prep-lab/engine/start.js';
import { type Tensor, tensorflow } from '#prep-lab/graph/tensorflow.js';
import { silentProgress } from '#prep-lab/progress.js';
import type { LabelledBytes } from '#prep-lab/training/image-table.js';
import type { TrainingRequest } from '../training-request.js';
import { printAnswer, readRequest, secondsSinceStart } from './answer.js';
import { readTrainingImages } from './images.js';
import { createNet } from './learner.js';

/**
 * Trains the same net with TensorFlow.js as it comes, on prep-lab's engine: `tf.sequential`, `tf.train.adam` and
 * `model.fit`. Prints the seconds of each epoch but the first.
 */
const request = readRequest<TrainingRequest>();
const { device, threads, dataFolder } = request;
await startEngine({ device, threads, progress: silentProgress });
const tf = tensorflow();
const { inputs, targets } = toTensors(await readTrainingImages(dataFolder, request.trainCount));
const model = createNet(request.net);
model.compile({
  optimizer: tf.train.adam(),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});

const seconds: number[] = [];
let started = 0;
let readySeconds: number | undefined;
await model.fit(inputs, targets, {
  batchSize: request.batchSize,
  epochs: request.epochs,
  shuffle: false,
  verbose: 0,
  callbacks: {
    onEpochBegin: async () => {
      started = performance.now();
    },
    onEpochEnd: async () => {
      seconds.push((performance.now() - started) / 1000);
      readySeconds ??= secondsSinceStart();
    },
  },
});
printAnswer({
  seconds: seconds.slice(1),
  ...(readySeconds !== undefined && { readySeconds }),
  parameterCount: model.countParams(),
  versions: { 'TensorFlow.js': tf.version.tfjs },
});

/** Shape: images [N, 32, 32, 3], 0..1, and labels [N, 1]. */
function toTensors({ count, images, labels }: LabelledBytes): { inputs: Tensor; targets: Tensor } {
  return tf.tidy(() => ({
    inputs: tf.tensor4d(Float32Array.from(images.slice()), [count, 32, 32, 3]).div(255),
    targets: tf.tensor2d(Float32Array.from(labels), [count, 1]),
  }));
}
