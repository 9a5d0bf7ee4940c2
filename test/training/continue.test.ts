import { beforeAll, expect, test } from 'vitest';
import { type Tensor, tensorflow } from '../../src/graph/tensorflow.js';
import { deep } from '../../src/models/deep.js';
import { initialiseWeights } from '../../src/models/initial-weights.js';
import { minmax } from '../../src/stages/minmax.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { randomFlip } from '../../src/stages/random-flip.js';
import { createLearner, type Learner } from '../../src/training/learner.js';
import { loadTestEngine } from '../engine.js';

beforeAll(async () => {
  await loadTestEngine();
});

test('a compiled training that is moved to another learner goes on bit for bit', () => {
  const tf = tensorflow();
  const uninterrupted = createSmallLearner();
  uninterrupted.train.begin(uninterrupted.program, order);
  const expected = lossesOf(uninterrupted, 0, 6);

  const before = createSmallLearner();
  before.train.begin(before.program, order);
  const first = lossesOf(before, 0, 3);
  const saved = before.program.read([...before.state.values()]).map((tensor) => ({
    shape: tensor.shape,
    dtype: tensor.dtype,
    values: tensor.dataSync(),
  }));
  before.dispose();

  const after = createSmallLearner();
  const restored: Tensor[] = saved.map(({ values, shape, dtype }) =>
    tf.tensor(values, shape, dtype),
  );
  after.program.write(
    [...after.state.values()].map(
      (variable, index) => [variable, restored[index] as Tensor] as const,
    ),
  );
  expect([...first, ...lossesOf(after, 3, 6)]).toEqual(expected);
});

const shape = { height: 32, width: 32, channels: 3 };
const imageCount = 48;
const order = Int32Array.from({ length: imageCount }, (_, index) => index);

/** Deep, because it has dropout, moving averages and Adam's moments to carry over. */
function createSmallLearner(): Learner {
  const model = deep.create(deep.options.parse({ name: 'deep' }), { image: shape, classCount: 10 });
  initialiseWeights(model, 0);
  const stages = [
    minmax.create(minmax.options.parse({ name: 'minmax' })),
    randomFlip.create(randomFlip.options.parse({ name: 'random-flip' })),
  ];
  const images = Uint8Array.from({ length: imageCount * 3072 }, (_, index) => (index * 7919) % 251);
  const labels = Uint8Array.from({ length: imageCount }, (_, index) => index % 10);
  return createLearner({
    model,
    pipeline: createPipeline(stages, { inputShape: shape, resampling: 'each' }),
    fitted: [{}, {}],
    recipe: {
      epochs: 1,
      batchSize: 8,
      optimizer: { name: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      labelSmoothing: 0.1,
      precision: 'float32',
      validation: 'none',
    },
    seed: 0,
    imageShape: shape,
    train: { count: imageCount, images, labels },
    evaluated: {},
    execution: 'graph',
  });
}

/** Runs steps `from` to `to` of the epoch and returns their losses. */
function lossesOf(learner: Learner, from: number, to: number): number[] {
  return learner.train.schedule.slice(from, to).map((step) => {
    const [loss] = learner.program.run(step);
    const value = Number(loss?.dataSync()[0]);
    loss?.dispose();
    return value;
  });
}
