import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { shippedCatalogue } from '../../src/experiment/catalogue.js';
import { createStage as createAnyStage } from '../../src/experiment/create-stage.js';
import type { StageOptions } from '../../src/experiment/experiment.js';
import { createRandomSource } from '../../src/graph/random.js';
import type { Tensor2D, TensorFlow } from '../../src/graph/tensorflow.js';
import { stages } from '../../src/stages/list.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { scheduleOptions, scheduleStage, withSchedule } from '../../src/stages/schedule.js';
import { defineStage, type Stage } from '../../src/stages/stage.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const createStage = (options: StageOptions) => createAnyStage(options, shippedCatalogue());

const count = 10_000;
const flip = { name: 'random-flip', mode: 'horizontal', probability: 1 };

interface Moment {
  readonly progress?: number;
  readonly step?: number;
  readonly resampling?: 'each' | 'once';
}

/** Tells which of many images a pipeline changes: they are [0, 1], and a flip makes them [1, 0]. */
function changed(list: readonly Stage[], { progress, step = 0, resampling = 'each' }: Moment = {}) {
  const inputShape = { height: 1, width: 2, channels: 1 };
  const pipeline = createPipeline(list, { inputShape, resampling });
  const images = tf.tensor4d(
    Float32Array.from({ length: count * 2 }, (_, index) => index % 2),
    [count, 1, 2, 1],
  );
  const at = tf.scalar(step, 'int32');
  const output = pipeline.apply(images, {
    training: true,
    fitted: [],
    random: (index) => createRandomSource({ seed: 1, stream: `${index}`, step: at }),
    batch: {
      indices: tf.range(0, count, 1, 'int32'),
      epoch: tf.scalar(0, 'int32'),
      ...(progress !== undefined && { progress: tf.scalar(progress) }),
    },
  });
  const values = output.dataSync();
  return Array.from({ length: count }, (_, index) => values[2 * index] === 1);
}

function shareOf(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length / flags.length;
}

describe('A scheduled stage', () => {
  test.each([
    [0, false],
    [0.2499, false],
    [0.25, true],
    [0.5, true],
    [0.8999, true],
    [0.9, false],
    [0.9999, false],
  ])('acts from its beginning until before its end: at %d %s', (progress, acts) => {
    const stage = createStage({ ...flip, from: 0.25, until: 0.9 });
    expect(shareOf(changed([stage], { progress }))).toBe(acts ? 1 : 0);
  });

  test('acts on as many images as its strength says, each with a chance of its own', () => {
    const stage = createStage({ ...flip, strength: 0.3 });
    const first = changed([stage], { progress: 0 });
    expect(shareOf(first)).toBeCloseTo(0.3, 1.5);
    const second = changed([stage], { progress: 0, step: 1 });
    const both = first.map((value, index) => value && (second[index] as boolean));
    expect(shareOf(both)).toBeCloseTo(0.09, 1.5);
  });

  test.each([
    [0, 0.1],
    [0.25, 0.1],
    [0.375, 0.5],
    [0.5, 0.9],
    [0.75, 0.5],
    [1, 0.1],
  ])('has at %d of the training a strength of %d between its points', (progress, strength) => {
    const points = [
      [0.25, 0.1],
      [0.5, 0.9],
      [1, 0.1],
    ];
    const stage = createStage({ ...flip, strength: points });
    expect(shareOf(changed([stage], { progress }))).toBeCloseTo(strength, 1.5);
  });

  test('acts as at its strongest where nothing trains', () => {
    const stage = createStage({
      ...flip,
      from: 0.5,
      strength: [
        [0, 0],
        [0.75, 0.6],
        [1, 0],
      ],
    });
    expect(shareOf(changed([stage]))).toBeCloseTo(0.6, 1.5);
  });

  test('shares a resampling with its neighbours', () => {
    const turn = { name: 'random-rotation', factor: [0.5, 0.5], strength: 0.25 };
    const still = createStage({ name: 'random-rotation', factor: [0, 0] });
    const list = [createStage(turn), still];
    const each = changed(list, { progress: 0 });
    expect(shareOf(each)).toBeCloseTo(0.25, 1.5);
    expect(changed(list, { progress: 0, resampling: 'once' })).toEqual(each);
  });

  test('mixes the labels of those images alone that it mixes', () => {
    const swap: Stage = {
      name: 'swap',
      when: 'train',
      gives: (range) => range,
      apply: (images) => images.reverse(0),
      applyToLabels: (labels) => labels.reverse(0),
    };
    const stage = scheduleStage(swap, { strength: 0.5 });
    const pipeline = createPipeline([stage], {
      inputShape: { height: 1, width: 1, channels: 1 },
      resampling: 'each',
    });
    const labels = tf.oneHot(tf.range(0, 50, 1, 'int32'), 50).cast('float32') as Tensor2D;
    const step = tf.scalar(0, 'int32');
    const output = pipeline.applyToBatch(
      { images: tf.range(0, 50).reshape([50, 1, 1, 1]), labels },
      {
        training: true,
        fitted: [],
        random: () => createRandomSource({ seed: 0, stream: 'swap', step }),
      },
    );
    const images = Array.from(output.images.dataSync());
    expect(images).toEqual(Array.from(output.labels.argMax(1).dataSync()));
    expect(images.some((value, index) => value !== index)).toBe(true);
    expect(images.some((value, index) => value === index)).toBe(true);
  });

  test('gives values of the range that it gets too', () => {
    const brighter = { name: 'random-brightness', factor: [0.5, 0.5], valueRange: [0, 1] };
    expect(createStage(brighter).gives([0, 1])).toEqual([0.5, 1]);
    expect(createStage({ ...brighter, strength: 0.5 }).gives([0, 1])).toEqual([0, 1]);
  });

  test.each([
    [{ until: 0.9 }, 'acts from 0 to 0.9 of the training'],
    [
      { from: 0.5, strength: 0.2 },
      'acts from 0.5 to 1 of the training, on an image with a probability of 0.2',
    ],
    [
      {
        strength: [
          [0, 0],
          [0.5, 1],
        ],
      },
      'acts on an image with a probability of 0 at 0, 1 at 0.5 of the training',
    ],
  ])('says when it acts: %j', (schedule, text) => {
    expect(createStage({ ...flip, ...schedule }).formula).toMatch(new RegExp(`; ${text}$`));
  });
});

describe('A schedule', () => {
  test('is offered by every stage that is for training alone, under names that no stage has', () => {
    const { stages: offered } = shippedCatalogue();
    for (const [index, { name, options, schedule }] of stages.entries()) {
      const [example] = (options.meta()?.examples ?? []) as { name: string }[];
      const isForTraining = createStage(example as { name: string }).when === 'train';
      expect(schedule, name).toBe(isForTraining ? undefined : 'none');
      expect(Object.keys(options.shape), name).not.toContain('from');
      const added = offered[index]?.options.shape ?? {};
      for (const [key, option] of Object.entries(scheduleOptions)) {
        expect(added[key as never], `${name}.${key}`).toBe(isForTraining ? option : undefined);
      }
    }
  });

  test('leaves a stage without one as it is', () => {
    const [definition] = stages.filter(({ name }) => name === 'random-flip');
    const { options } = withSchedule(definition as never);
    expect(options.parse(flip)).toEqual(definition?.options.parse(flip));
    expect(options.meta()).toEqual(definition?.options.meta());
  });

  test('leaves an option that a stage has of the same name to the stage', () => {
    const own = withSchedule(
      defineStage({
        options: z.strictObject({ name: z.literal('own'), strength: z.number() }),
        create: ({ strength, ...others }) => ({
          when: 'train',
          formula: `${strength} ${JSON.stringify(others)}`,
          gives: (range) => range,
          apply: (images) => images,
        }),
      }) as never,
    );
    const given = own.options.parse({ name: 'own', strength: 7 });
    expect(own.create(given as never).formula).toBe('7 {"name":"own"}');
    const timed = own.create(own.options.parse({ name: 'own', strength: 7, until: 0.5 }) as never);
    expect(timed.formula).toBe('7 {"name":"own"}; acts from 0 to 0.5 of the training');
  });

  test.each([
    [
      { from: 0.5, until: 0.5 },
      'Stage "random-flip" must have a "from" below its "until", received 0.5 and 0.5.',
    ],
    [{ strength: 0 }, 'Stage "random-flip" must have a strength above 0 somewhere, received 0.'],
    [
      {
        strength: [
          [0.5, 1],
          [0.5, 0],
        ],
      },
      'stage.strength must rise in their first numbers',
    ],
  ])('refuses %j', (schedule, message) => {
    expect(() => createStage({ ...flip, ...schedule })).toThrow(message);
  });

  test('is no option of a stage for test images', () => {
    expect(() => createStage({ name: 'minmax', from: 0.5 })).toThrow(
      'stage.from is not a known key.',
    );
    const stage = { name: 'mine', when: 'always', gives: (range) => range } as Stage;
    expect(() => scheduleStage(stage, { from: 0.5 })).toThrow(
      'Stage "mine" must have no "from", "until" or "strength": it applies to test images too.',
    );
  });
});
