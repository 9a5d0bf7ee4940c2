import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { loadTestEngine } from '../engine.js';
import type { GoldenCase, GoldenDraw } from './golden-case.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { fromRows, toRows } from './rows.js';
import { readTorch, type TorchTensor, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

const white = Array.from({ length: 6 }, () => [1, 1, 1, 1]);

const erasing = (options: object) => createListedStage({ name: 'random-erasing', ...options });

/** Ten rectangles for one image: the first ones given, then others that fit as well. */
function tries(...first: readonly (readonly [area: number, ratio: number])[]) {
  const all = Array.from({ length: 10 }, (_, index) => first[index] ?? [0.5, 1]);
  return {
    area: all.map(([area = 0]) => area),
    logRatio: all.map(([, ratio = 1]) => Math.log(ratio)),
  };
}

async function erase(options: object, draw: Readonly<Record<string, readonly number[]>>) {
  const whole = { erase: [0], row: [0], column: [0.99], ...draw };
  return toRows(await applyStage(erasing(options), fromRows(white), whole))[0];
}

describe('random-erasing', () => {
  test('fills a rectangle of the drawn area and proportion', async () => {
    // 0.25 of 24 pixels, 1.5 times as high as wide: 3 rows, 2 columns, in the upper right.
    expect(await erase({ fillValue: 7 }, tries([0.25, 1.5]))).toEqual([
      [1, 1, 7, 7],
      [1, 1, 7, 7],
      [1, 1, 7, 7],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]);
  });

  test('leaves an image alone whose draw is not below the probability', async () => {
    const draw = { ...tries([0.25, 1.5]), erase: [0.3] };
    expect(await erase({ probability: 0.3 }, draw)).toEqual(white);
  });

  test('takes the first rectangle that is smaller than the image in both directions', async () => {
    // 6 rows are all; 2 rows of 5 columns are too wide; 2 x 3 fits.
    const draw = { ...tries([0.25, 6], [0.42, 0.4], [0.25, 0.67]), column: [0] };
    expect(await erase({ fillValue: 7 }, draw)).toEqual([
      [7, 7, 7, 1],
      [7, 7, 7, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]);
  });

  test('leaves an image alone where none of ten rectangles fits', async () => {
    const tooHigh = Array.from({ length: 10 }, () => [0.25, 6] as const);
    expect(await erase({}, tries(...tooHigh))).toEqual(white);
  });

  test('has the sides that torchvision rounds to, at the places that torchvision erases', async () => {
    interface Box {
      readonly i: number;
      readonly j: number;
      readonly h: number;
      readonly w: number;
    }
    const { params, output } = readTorch<{
      params: { boxes: readonly Box[] };
      output: { runs: readonly { output: TorchTensor }[] };
    }>('erase');
    // Draws in the middle of what gives these boxes.
    const boxes = params.boxes.filter(({ w }) => w < 32);
    const images = torchImages([0, 1, 3]);
    const repeat = (value: number) => Array<number>(10).fill(value);
    const applied = await applyStage(erasing({}), images, {
      erase: boxes.map(() => 0),
      area: boxes.flatMap(({ h, w }) => repeat((h * w) / 1024)),
      logRatio: boxes.flatMap(({ h, w }) => repeat(Math.log(h / w))),
      row: boxes.map(({ i, h }) => (i + 0.5) / (33 - h)),
      column: boxes.map(({ j, w }) => (j + 0.5) / (33 - w)),
    });
    const size = 32 * 32 * 3;
    const expected = output.runs[0]?.output.values ?? [];
    const kept = [0, 1, 3].flatMap((place) => expected.slice(place * size, (place + 1) * size));
    expect(Array.from(applied.dataSync())).toEqual(kept);
  });

  test('has the sides that torchvision gets from its draws', async () => {
    interface Drawn {
      readonly area_fraction: number;
      readonly log_ratio: number;
      readonly h: number;
      readonly w: number;
      readonly accepted: boolean;
    }
    const { output } = readTorch<{ output: { box_sizes_from_draws: readonly Drawn[] } }>('erase');
    const image = Array.from({ length: 32 }, () => Array<number>(32).fill(1));
    for (const { area_fraction, log_ratio, h, w, accepted } of output.box_sizes_from_draws) {
      const rows = await applyStage(erasing({}), fromRows(image), {
        erase: [0],
        area: Array<number>(10).fill(area_fraction),
        logRatio: Array<number>(10).fill(log_ratio),
        row: [0],
        column: [0],
      });
      const [erased = []] = toRows(rows);
      const first = erased[0]?.filter((value) => value === 0).length ?? 0;
      const all = erased.flat().filter((value) => value === 0).length;
      expect([all, first]).toEqual(accepted ? [h * w, w] : [0, 0]);
    }
  });

  test('fills with numbers for each channel, or with the mean of the image', async () => {
    const images = [
      [
        [
          [1, 10],
          [3, 30],
        ],
        [
          [5, 50],
          [7, 70],
        ],
      ],
    ];
    const draw = { erase: [0], row: [0.99], column: [0.99], ...tries([0.25, 1]) };
    const last = async (fillValue: unknown) => {
      const output = await applyStage(erasing({ fillValue }), images, draw);
      return Array.from(output.dataSync()).slice(6);
    };
    expect(await last([8, 9])).toEqual([8, 9]);
    expect(await last('mean')).toEqual([4, 40]);
  });

  test('fills with noise of mean 0 and deviation 1, or with one colour of it', async () => {
    const image = Array.from({ length: 64 }, () => Array.from({ length: 64 }, () => [9, 9, 9]));
    const draw = { seed: 1 };
    const options = { probability: 1, scale: [0.9, 0.9], ratio: [1, 1] };
    const filled = async (fillValue: string) => {
      const output = await applyStage(erasing({ ...options, fillValue }), [image], draw);
      return Array.from(output.dataSync()).filter((value) => value !== 9);
    };
    const noise = await filled('noise');
    expect(noise).toHaveLength(61 * 61 * 3);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const square = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(square - 1)).toBeLessThan(0.05);
    expect(new Set(await filled('color-noise')).size).toBe(3);
  });

  test.each(['torchvision', 'timm', 'keras'])(
    'erases with probability 1 all images or, as Keras does, half: %s',
    async (dialect) => {
      const ones = { shape: [2000, 8, 8, 1] as const, values: new Uint8Array(128_000).fill(1) };
      const scale = { scale: [0.1, 0.3], ...(dialect !== 'keras' && { ratio: [1, 1] }) };
      const stage = erasing({ dialect, probability: 1, ...scale });
      const output = await applyStage(stage, ones, { seed: 2 });
      const erased = Array.from(output.min([1, 2, 3]).dataSync()).filter((least) => least === 0);
      const share = erased.length / 2000;
      if (dialect === 'keras') expect(Math.abs(share - 0.5)).toBeLessThan(0.04);
      else expect(share).toBe(1);
    },
  );

  test.each(['erasing_constant', 'erasing_rgb', 'tiny_erasing_noise'])(
    'agrees with Keras: %s',
    async (name) => {
      const file = new URL(`../golden/erasing/${name}.json`, import.meta.url);
      const { params, input, output } = JSON.parse(readFileSync(file, 'utf8')) as GoldenCase;
      const config = params.config as Record<string, unknown>;
      const draws = params.draws as readonly GoldenDraw[];
      const [sides = [], column = [], row = [], probability = [], threshold = [], noise] =
        draws.map(({ values }) => values);
      const stage = erasing({
        dialect: 'keras',
        probability: 1,
        scale: config.scale,
        fillValue: config.fill_value ?? 'noise',
        valueRange: config.value_range,
      });
      const erased = await applyStage(stage, input, {
        widthShare: sides.filter((_, index) => index % 2 === 0),
        heightShare: sides.filter((_, index) => index % 2 === 1),
        column,
        row,
        probability,
        threshold,
        ...(noise && { noise }),
      });
      const values = erased.dataSync();
      output.values.forEach((value, index) => {
        expect(values[index]).toBeCloseTo(value, 5);
      });
    },
  );

  test('refuses what its dialect has no use for', () => {
    const name = 'random-erasing';
    expect(listProblems({ name, dialect: 'keras', ratio: [1, 2] })).toEqual([
      'must be left out with the dialect "keras", which draws height and width apart',
    ]);
    expect(listProblems({ name, valueRange: [0, 1] })).toEqual([
      'must be left out but with the dialect "keras"',
    ]);
    expect(listProblems({ name, scale: [0.3, 0.1] })).toEqual([
      'must be [low, high] with low up to high',
    ]);
  });

  test('refuses another number of fill values than channels', () => {
    const inputShape = { height: 4, width: 4, channels: 3 };
    const stages = [erasing({ fillValue: [1, 2] })];
    expect(() => createPipeline(stages, { inputShape, resampling: 'each' })).toThrow(
      'Stage "random-erasing" must have one number of "fillValue" for each of 3 channels, received 2.',
    );
  });
});
