import { beforeAll, describe, expect, test } from 'vitest';
import { tensorflow, z } from '../../src/index.js';
import { applyStage, fitStage } from '../../src/stages/apply-stage.js';
import { addStage, stages } from '../../src/stages/list.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { defineStage, type StageDefinition } from '../../src/stages/stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const choose = (options: object) => createListedStage({ name: 'choose', ...options });

/** Fills the whole image, so that the last one to act shows. */
const fill = (fillValue: number) => ({ name: 'cutout', size: 1, border: 'inside', fillValue });
const right = { name: 'random-flip', mode: 'horizontal', probability: 1 };
const down = { name: 'random-flip', mode: 'vertical', probability: 1 };

const image = [
  [1, 2],
  [3, 4],
];

/** Which of three stages act on each of many images of one pixel, as the sum of what each adds. */
async function histogram(options: object, count = 6000) {
  const brighter = (value: number) => ({
    name: 'random-brightness',
    factor: [value / 8, value / 8],
    valueRange: [0, 8],
  });
  const stage = choose({ ...options, stages: [1, 2, 4].map(brighter) });
  const zeros = { shape: [count, 1, 1, 1] as const, values: new Uint8Array(count) };
  const sums = Array.from((await applyStage(stage, zeros, { seed: 7 })).dataSync(), Math.round);
  return Array.from(
    { length: 8 },
    (_, sum) => sums.filter((value) => value === sum).length / count,
  );
}

function expectShares(found: readonly number[], expected: Readonly<Record<number, number>>) {
  found.forEach((share, sum) => {
    expect(Math.abs(share - (expected[sum] ?? 0)), String(sum)).toBeLessThan(0.025);
    if (expected[sum] === undefined) expect(share).toBe(0);
  });
}

describe('choose', () => {
  test('does to each image the one stage that its draw falls to', async () => {
    const stage = choose({ stages: [right, down] });
    const output = await applyStage(stage, fromRows(image, image), {
      choice: [0.49, 0.5],
      '0/flip': [0, 0],
      '1/flip': [0, 0],
    });
    expect(toRows(output)).toEqual([
      [
        [2, 1],
        [4, 3],
      ],
      [
        [3, 4],
        [1, 2],
      ],
    ]);
  });

  test('takes each of the stages as often as the others, or by its weight', async () => {
    expectShares(await histogram({}), { 1: 1 / 3, 2: 1 / 3, 4: 1 / 3 });
    expectShares(await histogram({ weights: [3, 0, 1] }), { 1: 0.75, 4: 0.25 });
  });

  test('takes some of the stages, all different, each subset as often', async () => {
    expectShares(await histogram({ pick: 'some', count: 2 }), { 3: 1 / 3, 5: 1 / 3, 6: 1 / 3 });
    expectShares(await histogram({ pick: 'some', count: 3 }), { 7: 1 });
  });

  test('takes each stage with its own probability, apart from the others', async () => {
    const each = { pick: 'each' };
    const even = Object.fromEntries(Array.from({ length: 8 }, (_, sum) => [sum, 1 / 8]));
    expectShares(await histogram(each), even);
    expectShares(await histogram({ ...each, probability: [0.5, 1, 0] }), { 2: 0.5, 3: 0.5 });
  });

  test('applies the chosen stages in the order listed', async () => {
    const stage = choose({ pick: 'some', count: 2, stages: [fill(1), fill(2)] });
    const output = await applyStage(stage, fromRows([[0]], [[0]]), { seed: 1 });
    expect(toRows(output)).toEqual([[[2]], [[2]]]);
  });

  test('gives each image what its stage alone gives it, geometric ones by one resampling', async () => {
    const nested = [
      { name: 'random-rotation', factor: [0.05, 0.05] },
      { name: 'random-flip', mode: 'horizontal', probability: 1 },
      { name: 'random-zoom', heightFactor: [0.2, 0.2] },
      { name: 'random-brightness', factor: [0.1, 0.1] },
    ];
    const rows = Array.from({ length: 7 }, (_, y) =>
      Array.from({ length: 7 }, (_, x) => 9 * y + x),
    );
    const images = fromRows(rows, rows, rows, rows);
    const alone = await Promise.all(
      nested.map(async (options) => {
        const output = await applyStage(createListedStage(options), fromRows(rows), { seed: 0 });
        return toRows(output)[0];
      }),
    );
    const stage = choose({ stages: nested });
    const zeros = [0, 0, 0, 0];
    const output = await applyStage(stage, images, {
      choice: [0, 0.25, 0.5, 0.75],
      '0/angleDegrees': zeros.map(() => 18),
      '1/flip': zeros,
      '2/heightZoom': zeros.map(() => 1.2),
      '3/factor': zeros.map(() => 0.1),
    });
    toRows(output).forEach((found, place) => {
      found.flat().forEach((value, index) => {
        expect(value).toBeCloseTo(alone[place]?.flat()[index] ?? Number.NaN, 2);
      });
    });
  });

  test('may hold itself', async () => {
    const inner = { name: 'choose', stages: [right, down] };
    const stage = choose({ pick: 'each', probability: 1, stages: [inner, inner] });
    const output = await applyStage(stage, fromRows(image), {
      order0: [0],
      order1: [0],
      '0/choice': [0],
      '0/0/flip': [0],
      '0/1/flip': [0],
      '1/choice': [0.9],
      '1/0/flip': [0],
      '1/1/flip': [0],
    });
    expect(toRows(output)[0]).toEqual([
      [4, 3],
      [2, 1],
    ]);
  });

  test('draws for each of two equal stages anew', async () => {
    const twice = { name: 'random-flip', mode: 'horizontal' };
    const stage = choose({ pick: 'each', probability: 1, stages: [twice, twice] });
    const row = [[0, 1]];
    const many = fromRows(...Array.from({ length: 400 }, () => row));
    const rows = toRows(await applyStage(stage, many, { seed: 3 }));
    const flipped = rows.filter(([line]) => line?.[0] === 1).length;
    // Flipped by one draw, all would be flipped twice or never.
    expect(flipped).toBeGreaterThan(150);
    expect(flipped).toBeLessThan(250);
  });

  test('expects the range that its stages expect, and gives what they may give', () => {
    const brightness = { name: 'random-brightness', factor: 0.2, valueRange: [0, 1] };
    const stage = choose({ stages: [brightness, { ...fill(1), fillValue: -3 }] });
    expect(stage.expects).toEqual([0, 1]);
    expect(stage.gives([0, 1])).toEqual([-3, 1]);
    expect(choose({ stages: [brightness, { ...brightness, valueRange: [0, 2] }] }).expects).toBe(
      undefined,
    );
  });

  test('lets stages learn that need it', async () => {
    const shift = defineStage({
      options: z.strictObject({ name: z.literal('shift-by-first') }).describe('Adds a pixel.'),
      create: () => ({
        when: 'train',
        gives: (range) => range,
        fit: (images) => ({ first: [[...images.batches()][0]?.[0] ?? 0] }),
        apply: (images, { fitted }) => images.add(fitted.first?.[0] ?? Number.NaN),
      }),
    }) as unknown as StageDefinition;
    const all = addStage(stages, shift);
    const holder = all.at(-1) as StageDefinition;
    const stage = holder.create(
      holder.options.parse({ name: 'choose', stages: [{ name: 'shift-by-first' }] }),
    );
    const images = fromRows([[5, 1]]);
    const fitted = await fitStage(stage, images);
    expect(fitted).toEqual({ '0/first': [5] });
    expect(toRows(await applyStage(stage, images, { seed: 0 }, fitted))).toEqual([[[10, 6]]]);
  });

  test('mixes the labels of those images that a stage mixes', () => {
    const swap = defineStage({
      options: z.strictObject({ name: z.literal('swap') }).describe('Turns a batch round.'),
      create: () => ({
        when: 'train',
        gives: (range) => range,
        apply: (images) => images.reverse(0),
        applyToLabels: (labels) => labels.reverse(0),
      }),
    }) as unknown as StageDefinition;
    const holder = addStage(stages, swap).at(-1) as StageDefinition;
    const nested = [{ name: 'swap' }, right];
    const stage = holder.create(holder.options.parse({ name: 'choose', stages: nested }));
    const tf = tensorflow();
    const labels = tf.tidy(() => {
      const draw = { choice: tf.tensor1d([0.1, 0.9, 0.2]), '1/flip': tf.zeros([3]) };
      const imageShape = { height: 1, width: 2, channels: 1 };
      const given = tf.tensor2d([
        [1, 0],
        [0.5, 0.5],
        [0, 1],
      ]);
      const mixed = stage.applyToLabels?.(given, { draw, fitted: {}, imageShape });
      return (mixed as typeof given).arraySync();
    });
    expect(labels).toEqual([
      [0, 1],
      [0.5, 0.5],
      [1, 0],
    ]);
    expect(choose({ stages: [right, down] }).applyToLabels).toBe(undefined);
    const twice = holder.create(
      holder.options.parse({ name: 'choose', stages: [{ name: 'swap' }, { name: 'swap' }] }),
    );
    const swapped = tf.tidy(() => {
      const images = tf.tensor4d([1, 2], [2, 1, 1, 1]);
      const draw = { choice: tf.tensor1d([0, 0.9]) };
      return Array.from(twice.apply(images, { draw, fitted: {} }).dataSync());
    });
    // Each is given the whole batch as it came, not what the other made of it.
    expect(swapped).toEqual([2, 1]);
  });

  test.each([
    [{ pick: 'some' }, ['is required with "some"']],
    [{ pick: 'some', count: 3 }, ['must be at most 2, the number of stages']],
    [{ count: 1 }, ['must be left out with "pick": "one"; it belongs to "some"']],
    [{ weights: [1] }, ['must have 2 numbers, one a stage, received 1']],
    [{ weights: [0, 0] }, ['must have a number above 0']],
    [
      { pick: 'each', probability: [0.1, 0.2, 0.3] },
      ['must have 2 numbers, one a stage, received 3'],
    ],
  ])('refuses %j', (options, problems) => {
    expect(listProblems({ name: 'choose', stages: [right, down], ...options })).toEqual(problems);
  });

  test('refuses stages for all images', () => {
    const inputShape = { height: 2, width: 2, channels: 1 };
    const make = () =>
      createPipeline([choose({ stages: [right, { name: 'minmax' }] })], {
        inputShape,
        resampling: 'each',
      });
    expect(make).toThrow(
      'Stage "choose" must have stages for training images alone, received "minmax" (stages[1]), which runs on all images.',
    );
  });
});
