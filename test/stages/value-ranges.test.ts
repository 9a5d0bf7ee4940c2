import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCifar10 } from '../../src/cifar10/dataset.js';
import { takeBalanced } from '../../src/datasets/labelled-images.js';
import { createRandomSource } from '../../src/graph/random.js';
import type { Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { stages } from '../../src/stages/list.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import type { Stage, ValueRange } from '../../src/stages/stage.js';
import { cachedData } from '../cifar10/cached-data.js';
import { loadTestEngine } from '../engine.js';

/** A thousand draws for images of their own, and ten for whole batches. */
const batches = 10;
const batchSize = 100;

/** Of what learns from images, ranges are those of most values: whitening of whole images would take minutes. */
const patch = 12;

interface Example {
  readonly label: string;
  readonly stage: Stage;
}

const examples: Example[] = stages.flatMap((definition) => {
  const given = (definition.options.meta()?.examples ?? []) as { name: string }[];
  return given.map((example) => ({
    label: JSON.stringify(example),
    stage: definition.create(definition.options.parse(example) as never),
  }));
});

let tf: TensorFlow;
let bytes: Uint8Array;
beforeAll(async () => {
  tf = await loadTestEngine();
  bytes = takeBalanced(
    (await readCifar10(await cachedData())).train,
    batches * batchSize,
  ).images.slice();
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Returns the least and the greatest value of a thousand images, and the share of values that lie in a range. */
function measure(stage: Stage, [low, high]: ValueRange) {
  const given: ValueRange = stage.expects ?? [0, 255];
  const side = stage.fit ? patch : 32;
  const start = Math.floor((32 - side) / 2);
  const images = tf
    .tensor4d(Float32Array.from(bytes), [batches * batchSize, 32, 32, 3])
    .slice([0, start, start, 0], [-1, side, side, 3])
    .div(255)
    .mul(given[1] - given[0])
    .add(given[0]) as Tensor4D;
  const shape = { height: side, width: side, channels: 3 };
  const pipeline = createPipeline([stage], { inputShape: shape, resampling: 'each' });
  const fitted = stage.fit
    ? [
        stage.fit({
          shape,
          count: batches * batchSize,
          batches: () => [images.dataSync<'float32'>()],
        }),
      ]
    : [{}];
  const extremes = Array.from({ length: batches }, (_, step) =>
    tf.tidy(() => {
      const random = () =>
        createRandomSource({ seed: 3, stream: 'ranges', step: tf.scalar(step, 'int32') });
      const batch = images.slice([step * batchSize], [batchSize]);
      const place = {
        indices: tf.range(step * batchSize, (step + 1) * batchSize, 1, 'int32'),
        epoch: tf.scalar(0, 'int32'),
      };
      const output = pipeline.apply(batch, { training: true, fitted, random, batch: place });
      const within = output.greaterEqual(low).logicalAnd(output.lessEqual(high));
      const sums = [output.min(), output.max(), within.cast('float32').mean()];
      return sums.map((tensor) => Number(tensor.dataSync()[0]));
    }),
  );
  return {
    least: Math.min(...extremes.map(([least]) => least as number)),
    greatest: Math.max(...extremes.map(([, greatest]) => greatest as number)),
    shareWithin: extremes.reduce((sum, [, , share]) => sum + (share as number), 0) / batches,
  };
}

/** Stages whose range is that of typical values, as only the images decide. */
const typical = ['zscore', 'gcn', 'zca', 'pca-whitening', 'per-image-standardization'];

describe('Real images, drawn for a thousand times, leave within the range that the stage states', () => {
  test.each(examples)('$label', ({ stage }) => {
    const [low, high] = stage.gives(stage.expects ?? [0, 255]);
    const slack = Number.isFinite(high - low) ? 1e-5 * (high - low) : 0;
    const { least, greatest, shareWithin } = measure(stage, [low - slack, high + slack]);
    expect(Number.isFinite(least) && Number.isFinite(greatest)).toBe(true);
    if (typical.includes(stage.name)) {
      expect(shareWithin).toBeGreaterThan(0.95);
      return;
    }
    expect(least).toBeGreaterThanOrEqual(low - slack);
    expect(greatest).toBeLessThanOrEqual(high + slack);
  });
});
