import { beforeAll, expect, test } from 'vitest';
import { type Tensor4D, type TensorFlow, tensorflow } from '../../../src/graph/tensorflow.js';
import { createDeadReluCounter } from '../../../src/runner/diagnose/dead-relus.js';
import { loadTestEngine } from '../../engine.js';
import { createSmallLearner, imageShape } from '../../training/small-learner.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** Three layers with relu in the three ways that tfjs-layers has, and one without. */
function createReluModel() {
  const { layers, sequential } = tensorflow();
  const inputShape = [imageShape.height, imageShape.width, imageShape.channels];
  const kernelInitializer = 'glorotUniform';
  return sequential({
    layers: [
      layers.conv2d({
        inputShape,
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer,
      }),
      layers.batchNormalization(),
      layers.reLU({ name: 'named' }),
      layers.flatten(),
      layers.dense({ units: 8, kernelInitializer }),
      layers.activation({ activation: 'relu' }),
      layers.dense({ units: 4, activation: 'softmax', kernelInitializer }),
    ],
  });
}

test('Filters and units that are 0 for all images are counted, by layer', () => {
  const learner = createSmallLearner({ model: createReluModel(), execution: 'eager' });
  const [, bias, , shift, , denseBias] = learner.network.model.trainableWeights.map(
    (_, index) => learner.weights[index],
  );
  // One filter of four never fires, two lie below 0 after normalisation, and all units of the dense layer but one.
  bias?.assign(tf.tensor1d([-1e6, 1, 1, 1]));
  shift?.assign(tf.tensor1d([1, -1e6, -1e6, 1]));
  denseBias?.assign(tf.tensor1d([1e6, ...new Array(7).fill(-1e6)]));
  const before = tf.memory().numTensors;
  const counter = createDeadReluCounter(learner.network);
  for (const offset of [0, 100]) {
    const images = tf.tidy(() =>
      tf
        .range(0, 5 * 192)
        .mod(97)
        .add(offset)
        .reshape([5, 8, 8, 3]),
    );
    counter.add(images as Tensor4D);
    images.dispose();
  }
  expect(counter.count()).toEqual([
    { layer: 'conv2d_1', share: 0.25 },
    { layer: 'named', share: 0.5 },
    { layer: 'activation_1', share: 7 / 8 },
  ]);
  expect(tf.memory().numTensors).toBe(before);
  const { call } = learner.network.model.layers[0] ?? ({} as never);
  counter.add(tf.zeros([1, 8, 8, 3]));
  expect(learner.network.model.layers[0]?.call).toBe(call);
  learner.dispose();
});

test('A unit counts only if no batch moves it', () => {
  const learner = createSmallLearner({ execution: 'eager' });
  const [kernel, bias] = learner.weights;
  kernel?.assign(tf.ones(kernel.shape));
  bias?.assign(tf.fill(bias.shape, -1));
  const dark = tf.zeros([2, 8, 8, 3]) as Tensor4D;
  const bright = tf.fill([2, 8, 8, 3], 255) as Tensor4D;
  const counter = createDeadReluCounter(learner.network);
  counter.add(dark);
  expect(counter.count()).toEqual([{ layer: 'conv2d_1', share: 1 }]);
  counter.add(bright);
  counter.add(dark);
  expect(counter.count()).toEqual([{ layer: 'conv2d_1', share: 0 }]);
  tf.dispose([dark, bright]);
  learner.dispose();
});
