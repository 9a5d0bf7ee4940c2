// Trains on 600 images of 512 x 512 (472 MB), or judges a network on 240 (189 MB), corrupted, of which several copies are made,
// after it has set itself a limit of 256 MB more than it holds.
// node train-in-little-memory.mjs FOLDER file|memory|corrupted
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { resolveCorruptions } from '#prep-lab/corruptions/selection.js';
import { createImageFile } from '#prep-lab/datasets/image-file.js';
import { startEngine } from '#prep-lab/engine/start.js';
import { tensorflow } from '#prep-lab/graph/tensorflow.js';
import { initialiseWeights } from '#prep-lab/models/initial-weights.js';
import { silentProgress } from '#prep-lab/progress.js';
import { judgeCorruptions } from '#prep-lab/runner/judge-corruptions.js';
import { stages } from '#prep-lab/stages/list.js';
import { createPipeline } from '#prep-lab/stages/pipeline.js';
import { createLearner } from '#prep-lab/training/learner.js';
import { train } from '#prep-lab/training/train.js';

const [folder, where] = process.argv.slice(2);
const imageShape = { height: 512, width: 512, channels: 3 };
const imageBytes = 512 * 512 * 3;
const headroomBytes = 256 * 1024 * 1024;

/** A file with holes takes no space; each image has one bright line of its own. */
function writeImages(count) {
  const path = join(folder, `${count}.images`);
  const file = openSync(path, 'w');
  ftruncateSync(file, count * imageBytes);
  const line = new Uint8Array(512 * 3).fill(255);
  for (let image = 0; image < count; image++) {
    writeSync(file, line, 0, line.length, image * imageBytes + (image % 512) * line.length);
  }
  closeSync(file);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 2);
  return { count, labels, images: createImageFile({ path, imageBytes, fileCount: count }) };
}

const recipe = {
  epochs: 1,
  batchSize: 8,
  optimizer: { name: 'sgd', learningRate: 0.01, momentum: 0 },
  labelSmoothing: 0,
  precision: 'float32',
  validation: 'test',
};

/** Trains for an epoch; returns what was measured, and what `judge` makes of the learner. */
async function trainOn(set, judge) {
  const { layers, sequential } = tensorflow();
  const chosen = [{ name: 'zscore' }, { name: 'resize', height: 8, width: 8 }].map((options) => {
    const definition = stages.find(({ name }) => name === options.name);
    return definition.create(definition.options.parse(options));
  });
  const pipeline = createPipeline(chosen, { inputShape: imageShape, resampling: 'each' });
  const fitted = pipeline.fit(set);
  const model = sequential({
    layers: [
      layers.flatten({ inputShape: [8, 8, 3] }),
      layers.dense({ units: 2, activation: 'softmax', kernelInitializer: 'glorotUniform' }),
    ],
  });
  initialiseWeights(model, 0);
  const learner = createLearner({
    model,
    pipeline,
    fitted,
    recipe,
    seed: 0,
    imageShape,
    train: set,
    evaluated: { test: set },
    execution: 'graph',
  });
  const { history } = await train({
    learner,
    recipe,
    seed: 0,
    imageCount: set.count,
    validation: 'test',
  });
  const judged = await judge?.(learner);
  learner.dispose();
  return { ...history[0], ...judged };
}

/** What the process may write to, in bytes: mapped files do not count. */
function heldBytes() {
  return 1024 * Number(/VmData:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}

function setLimit() {
  const limit = heldBytes() + headroomBytes;
  execFileSync('prlimit', [`--pid=${process.pid}`, `--data=${limit}:${limit}`]);
}

/** Trains on few images and judges many, corrupted. */
async function judgeCorrupted() {
  const few = writeImages(48);
  const selection = resolveCorruptions({ kinds: ['contrast'], severities: [1] });
  const judge = (learner) => {
    setLimit();
    const test = writeImages(240);
    const setting = { recipe, imageShape, execution: 'graph', threads: 1 };
    return judgeCorruptions(selection, { learner, test, ...setting });
  };
  return trainOn(few, judge);
}

async function trainInLimits() {
  await trainOn(writeImages(48));
  setLimit();
  const set = writeImages(600);
  return trainOn(where === 'file' ? set : { ...set, images: set.images.slice() });
}

await startEngine({ device: 'cpu', threads: 1, progress: silentProgress });
// The engine is the user's, corrupted images are our own.
process.env.PREP_LAB_CACHE = folder;
const record = await (where === 'corrupted' ? judgeCorrupted() : trainInLimits());
process.stdout.write(`${JSON.stringify(record)}\n`);
