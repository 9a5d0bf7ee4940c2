import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tensor, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import type { Fitted, Stage } from '../../src/stages/stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const inputShape = { height: 1, width: 3, channels: 1 };
const minmax = createListedStage({ name: 'minmax' });
const zscore = createListedStage({ name: 'zscore' });
const flip = createListedStage({ name: 'random-flip', mode: 'horizontal' });
const shift = createListedStage({
  name: 'random-translation',
  heightFactor: 0,
  widthFactor: 1,
  fillMode: 'constant',
});
const constantShift = (fillValue: number) =>
  createListedStage({
    name: 'random-translation',
    heightFactor: 0,
    widthFactor: 1,
    fillMode: 'constant',
    fillValue,
  });

/** A source whose every number is given by the name of the draw. */
function fixedSource(numbers: Readonly<Record<string, number>>) {
  const fill = (name: string, shape: readonly number[]) => tf.fill([...shape], numbers[name] ?? 0);
  return {
    uniform: (name: string, { shape }: { shape: readonly number[] }) => fill(name, shape),
    normal: (name: string, { shape }: { shape: readonly number[] }) => fill(name, shape),
    uniformByIndex: (name: string, { indices }: { indices: Tensor }) => fill(name, indices.shape),
  };
}

interface Run {
  readonly resampling?: 'each' | 'once';
  readonly training?: boolean;
  readonly fitted?: readonly Fitted[];
  readonly draws?: readonly Readonly<Record<string, number>>[];
}

function run(stages: readonly Stage[], values: readonly number[], options: Run = {}): number[] {
  const { resampling = 'each', training = true, fitted = [], draws = [] } = options;
  const pipeline = createPipeline(stages, { inputShape, resampling });
  const images = tf.tensor4d([...values], [1, 1, 3, 1]);
  const random = (index: number) => fixedSource(draws[index] ?? {});
  const output: Tensor4D = pipeline.apply(images, { training, fitted, random });
  return Array.from(output.dataSync());
}

describe('createPipeline', () => {
  test('applies the stages in their order', () => {
    const pad = createListedStage({ name: 'pad', margin: 1 });
    const crop = createListedStage({ name: 'center-crop', height: 1, width: 3 });
    expect(run([minmax, pad, crop], [0, 51, 255])).toEqual([0, Math.fround(0.2), 1]);
  });

  test('tells the shape that leaves it', () => {
    const pad = createListedStage({ name: 'pad', margin: 2 });
    const resize = createListedStage({ name: 'resize', height: 4, width: 9 });
    const options = { inputShape, resampling: 'each' } as const;
    expect(createPipeline([], options).outputShape).toEqual(inputShape);
    expect(createPipeline([pad, minmax], options).outputShape).toEqual({
      height: 5,
      width: 7,
      channels: 1,
    });
    expect(createPipeline([pad, resize], options).outputShape).toEqual({
      height: 4,
      width: 9,
      channels: 1,
    });
  });

  test('without stages gives the images in a tensor of its own', () => {
    const pipeline = createPipeline([], { inputShape, resampling: 'each' });
    const images = tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
    const random = () => fixedSource({});
    const output = pipeline.apply(images, { training: true, fitted: [], random });
    images.dispose();
    expect(Array.from(output.dataSync())).toEqual([1, 2, 3]);
  });

  test('leaves training stages out of evaluation', () => {
    const draws = [{ flip: 0 }, { flip: 0 }];
    expect(run([flip, minmax], [0, 51, 255], { draws })).toEqual([1, Math.fround(0.2), 0]);
    const evaluated = run([flip, minmax], [0, 51, 255], { draws, training: false });
    expect(evaluated).toEqual([0, Math.fround(0.2), 1]);
  });

  test('gives each stage a source of its own', () => {
    const draws = [{ flip: 0 }, { flip: 1 }, { flip: 0 }];
    expect(run([flip, flip, flip], [1, 2, 3], { draws })).toEqual([1, 2, 3]);
    expect(run([flip, flip], [1, 2, 3], { draws })).toEqual([3, 2, 1]);
  });

  test('refuses a training stage that changes the size', () => {
    const { name, ...parts } = createListedStage({ name: 'resize', height: 2, width: 2 });
    const stage: Stage = { ...parts, name: 'shrink', when: 'train' };
    expect(() => createPipeline([stage], { inputShape, resampling: 'each' })).toThrow(
      'Stage "shrink" changes the size of the images, so its `when` must be "always", received "train".',
    );
  });

  test('refuses a stage that draws for test images', () => {
    const stage: Stage = { ...flip, when: 'always' };
    expect(() => createPipeline([stage], { inputShape, resampling: 'each' })).toThrow(
      'Stage "random-flip" draws at random, so its `when` must be "train", received "always".',
    );
  });
});

describe('Pipeline.applyToBatch', () => {
  /** Adds a share, drawn for each image, of the image before it in the batch, and of its label. */
  const blend: Stage = {
    name: 'blend',
    when: 'train',
    gives: (range) => range,
    draw: (random, count) => ({
      share: random.uniform('share', { shape: [count], low: 0, high: 1 }),
    }),
    apply: (images, { draw: { share } }) => mix(images, share as Tensor),
    applyToLabels: (labels, { draw: { share } }) => mix(labels, share as Tensor),
  };

  function mix<Values extends Tensor>(values: Values, share: Tensor): Values {
    const before = tf.concat([
      values.slice(values.shape[0] - 1),
      values.slice(0, values.shape[0] - 1),
    ]);
    const weight = share.reshape([-1, ...values.shape.slice(1).map(() => 1)]);
    return values.mul(tf.scalar(1).sub(weight)).add(before.mul(weight));
  }

  function runBatch(stages: readonly Stage[], draws: Run['draws'], training = true) {
    const pipeline = createPipeline(stages, { inputShape, resampling: 'each' });
    const images = tf.tensor4d([0, 0, 0, 8, 8, 8], [2, 1, 3, 1]);
    const labels = tf.tensor2d([1, 0, 0, 1], [2, 2]);
    const random = (index: number) => fixedSource(draws?.[index] ?? {});
    const before = tf.memory().numTensors;
    const output = pipeline.applyToBatch({ images, labels }, { training, fitted: [], random });
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([images, labels]);
    return { images: Array.from(output.images.dataSync()), labels: output.labels.arraySync() };
  }

  test('mixes labels by the draw that mixes the images', () => {
    expect(runBatch([blend], [{ share: 0.25 }])).toEqual({
      images: [2, 2, 2, 6, 6, 6],
      labels: [
        [0.75, 0.25],
        [0.25, 0.75],
      ],
    });
  });

  test('mixes what was mixed before', () => {
    expect(runBatch([blend, flip, blend], [{ share: 1 }, {}, { share: 0.25 }])).toEqual({
      images: [6, 6, 6, 2, 2, 2],
      labels: [
        [0.25, 0.75],
        [0.75, 0.25],
      ],
    });
  });

  test.each([
    [true, [minmax]],
    [true, []],
    [false, [blend]],
  ])('leaves labels alone where nothing mixes them (training: %s)', (training, stages) => {
    expect(runBatch(stages, [], training).labels).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('gives images as they are, then in two versions with draws of their own and all others in common', () => {
    const shift: Stage = {
      name: 'shift',
      when: 'train',
      makesVersions: true,
      gives: (range) => range,
      draw: (random, count) => ({
        by: random.uniform('by', { shape: [count], low: 0, high: 1 }).mul(tf.range(0, count)),
      }),
      apply: (images, { draw: { by } }) => images.add((by as Tensor).reshape([-1, 1, 1, 1])),
    };
    const pipeline = createPipeline([blend, shift, flip], { inputShape, resampling: 'each' });
    const images = tf.tensor4d([0, 0, 4, 8, 8, 4], [2, 1, 3, 1]);
    const labels = tf.tensor1d([1, 0], 'int32');
    const draws = [{ share: 1 }, { by: 1 }, { flip: 0 }];
    const random = (index: number) => fixedSource(draws[index] ?? {});
    const context = { training: true, fitted: [], random };
    const output = pipeline.applyToBatch(
      { images, labels },
      { ...context, comparesVersions: true },
    );
    expect(output.images.arraySync().map((image) => image.flat(2))).toEqual([
      [4, 8, 8],
      [4, 0, 0],
      [4, 8, 8],
      [5, 1, 1],
      [6, 10, 10],
      [7, 3, 3],
    ]);
    expect(output.labels).not.toBe(labels);
    expect(output.labels.arraySync()).toEqual([1, 0]);
    expect(pipeline.applyToBatch({ images, labels }, context).images.shape[0]).toBe(2);
  });

  test('needs shares of the classes exactly where a stage mixes labels', () => {
    const options = { inputShape, resampling: 'each' } as const;
    expect(createPipeline([minmax, blend], options).mixesLabels).toBe(true);
    expect(createPipeline([minmax, flip], options).mixesLabels).toBe(false);
  });

  test('refuses a stage that would mix test images', () => {
    const { draw: _, ...parts } = blend;
    const stage: Stage = { ...parts, when: 'always' };
    expect(() => createPipeline([stage], { inputShape, resampling: 'each' })).toThrow(
      'Stage "blend" mixes images and their labels, so its `when` must be "train", received "always".',
    );
  });
});

describe('Pipeline.fit', () => {
  const images = { count: 2, images: Uint8Array.of(0, 51, 102, 153, 204, 255) };
  const learn = (stages: readonly Stage[]) =>
    createPipeline(stages, { inputShape, resampling: 'each' }).fit(images);

  test('fits each stage that learns on the images themselves', () => {
    const [fitted] = learn([zscore]);
    expect(fitted?.mean).toEqual([127.5]);
    expect(fitted?.std?.[0]).toBeCloseTo(51 * Math.sqrt(35 / 12), 12);
  });

  test('fits a stage on the images as they enter it', () => {
    const [first, second] = learn([minmax, zscore]);
    expect(first).toEqual({});
    expect(second?.mean?.[0]).toBeCloseTo(0.5, 7);
    expect(second?.std?.[0]).toBeCloseTo(0.2 * Math.sqrt(35 / 12), 7);
  });

  test('hands a fitted stage on to the next one that learns', () => {
    const [, second] = learn([zscore, zscore]);
    expect(second?.mean?.[0]).toBeCloseTo(0, 6);
    expect(second?.std?.[0]).toBeCloseTo(1, 6);
  });

  test('leaves training stages out', () => {
    const brighter = createListedStage({ name: 'random-brightness', factor: [0.5, 0.5] });
    expect(learn([brighter, zscore])[1]).toEqual(learn([zscore])[0]);
  });

  test('fits on the size that earlier stages give', () => {
    const crop = createListedStage({ name: 'center-crop', height: 1, width: 1 });
    const perPixel = createListedStage({ name: 'zscore', per: 'pixel' });
    expect(learn([crop, perPixel])[1]).toEqual({ mean: [127.5], std: [76.5] });
  });

  test('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    learn([minmax, zscore, zscore]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('gives plain JSON', () => {
    const fitted = learn([minmax, zscore]);
    expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
  });

  test('sees every image once whatever their number', () => {
    const counts = fc.integer({ min: 1, max: 1200 });
    fc.assert(
      fc.property(counts, (count) => {
        const values = Uint8Array.from({ length: count * 3 }, (_, i) => (i * 31) % 256);
        const [fitted] = createPipeline([zscore], { inputShape, resampling: 'each' }).fit({
          count,
          images: values,
        });
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(fitted?.mean?.[0]).toBeCloseTo(mean, 10);
      }),
      { numRuns: 20 },
    );
  });
});

describe('Resampling once', () => {
  const once = { resampling: 'once' } as const;

  test('keeps what a second resampling would have lost', () => {
    const draws = [{ widthFraction: 2 / 3 }, { widthFraction: -2 / 3 }];
    expect(run([shift, shift], [1, 2, 3], { draws })).toEqual([1, 0, 0]);
    const [first, second, third] = run([shift, shift], [1, 2, 3], { draws, ...once });
    expect(first).toBeCloseTo(1, 5);
    expect(second).toBeCloseTo(2, 5);
    expect(third).toBeCloseTo(3, 5);
  });

  test('applies the maps in the order of the stages', () => {
    const draws = [{ flip: 0 }, { widthFraction: 1 / 3 }];
    const each = run([flip, shift], [1, 2, 3], { draws });
    expect(each).toEqual([0, 3, 2]);
    expect(run([flip, shift], [1, 2, 3], { draws, ...once })).toEqual(each);
    const reversed = [{ widthFraction: 1 / 3 }, { flip: 0 }];
    expect(run([shift, flip], [1, 2, 3], { draws: reversed, ...once })).toEqual([2, 1, 0]);
  });

  test('does not join stages that fill differently', () => {
    const draws = [{ widthFraction: 1 / 3 }, { widthFraction: 1 / 3 }];
    const stages = [constantShift(7), constantShift(9)];
    expect(run(stages, [1, 2, 3], { draws, ...once })).toEqual([9, 7, 1]);
  });

  test('does not join stages across one that is no geometry', () => {
    const draws = [{ widthFraction: 2 / 3 }, {}, { widthFraction: -2 / 3 }];
    const keep = createListedStage({ name: 'minmax', range: [0, 255] });
    expect(run([shift, keep, shift], [1, 2, 3], { draws, ...once })).toEqual([1, 0, 0]);
  });

  test('flips alone without resampling', () => {
    const draws = [{ flip: 0 }, { flip: 0 }, { flip: 0 }];
    expect(run([flip, flip, flip], [1, 2, 3], { draws, ...once })).toEqual([3, 2, 1]);
  });

  test('leaves no tensor behind', () => {
    const pipeline = createPipeline([flip, shift], { inputShape, ...once });
    const images = tf.tensor4d([1, 2, 3], [1, 1, 3, 1]);
    const before = tf.memory().numTensors;
    const random = () => fixedSource({});
    pipeline.apply(images, { training: true, fitted: [], random }).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
