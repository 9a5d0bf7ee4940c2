import { beforeAll, describe, expect, test } from 'vitest';
import { createStage } from '../../src/experiment/create-stage.js';
import type { WrittenStage } from '../../src/experiment/written-experiment.js';
import { freeze } from '../../src/graph/frozen-graph.js';
import { nativeBackend } from '../../src/graph/native-backend.js';
import { openSession } from '../../src/graph/session.js';
import type { Tensor, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const shape = { height: 12, width: 10, channels: 3 };
const imageShape = [12, 10, 3] as const;

/** Bytes of so many images, the same each time. */
function makeBytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count * 360 }, (_, i) => (i * i * 31 + (i % 7) * 53) % 256);
}

function freezeFunction(compute: (images: Tensor) => Tensor) {
  return freeze(compute, {
    imageShape,
    state: new Map(),
    inputName: 'images',
    outputName: 'answer',
  });
}

/** Runs a frozen graph as a program that has only TensorFlow would. */
function run(compute: (images: Tensor) => Tensor, count: number): Float32Array {
  const { nodes, input, output } = freezeFunction(compute);
  expect(nodes.map(({ op }) => op).filter((op) => op.startsWith('PrepLab'))).toEqual([]);
  const session = openSession(nodes);
  const { binding } = nativeBackend();
  const id = binding.createTensor([count, ...imageShape], input.elementType, makeBytes(count));
  const [answer] = session.run([{ ...input, id }], [output.node]);
  if (!answer) throw new Error('No answer.');
  const values = binding.tensorDataSync(answer.id) as Float32Array;
  session.close();
  return values;
}

const always: readonly WrittenStage[] = [
  { name: 'raw' },
  { name: 'minmax', range: [-1, 1] },
  { name: 'zscore', per: 'pixel' },
  { name: 'normalize', mean: [120, 121, 122], std: 60 },
  { name: 'per-image-standardization' },
  { name: 'gcn', bias: 10 },
  { name: 'zca', imageCount: 20 },
  { name: 'pca-whitening', imageCount: 20 },
  { name: 'resize', height: 8, width: 8, cropToAspectRatio: true },
  { name: 'resize', height: 20, width: 20, padToAspectRatio: true, interpolation: 'nearest' },
  { name: 'center-crop', height: 7, width: 7 },
  { name: 'pad', margin: 2, fillValue: 5 },
  { name: 'grayscale', when: 'always' },
  { name: 'clahe', when: 'always', tiles: 2 },
  { name: 'equalize', when: 'always', dialect: 'keras' },
  { name: 'auto-contrast', when: 'always' },
];

describe('A frozen graph gives what the stage gives, for any number of images:', () => {
  for (const options of always) {
    test(JSON.stringify(options), () => {
      const pipeline = createPipeline([createStage(options)], {
        inputShape: shape,
        resampling: 'each',
      });
      const fitted = pipeline.fit({ count: 30, images: makeBytes(30) });
      const context = {
        training: false,
        fitted,
        random: () => {
          throw new Error('Nothing is drawn.');
        },
      };
      const apply = (images: Tensor) => pipeline.apply(images as Tensor4D, context);
      for (const count of [1, 5]) {
        const images = tf.tensor4d(Float32Array.from(makeBytes(count)), [count, 12, 10, 3]);
        const expected = Float32Array.from(apply(images).dataSync());
        const received = run(apply, count);
        expect(received.length).toBe(expected.length);
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const difference = expected.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - (received[i] ?? Number.NaN))),
          0,
        );
        expect(difference).toBeLessThanOrEqual(2e-6 * largest);
      }
    });
  }
});

describe('A function is refused that', () => {
  test('depends on the number of images in another way', () => {
    const shift = (images: Tensor) => images.add(images.shape[0] ?? 0);
    expect(() => freezeFunction(shift)).toThrow(
      'Step "export" gives Add a constant that depends on the number of images, so it cannot become a graph: leave the op out.',
    );
  });
});
