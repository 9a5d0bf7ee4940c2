import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';

beforeAll(async () => {
  await loadTestEngine();
});

type Numbers = readonly number[];
type Draw = Readonly<Record<string, Numbers>>;

/** One pixel of three channels, or more beside one another, after a stage of each dialect. */
async function inBoth(
  options: { name: string; [key: string]: unknown },
  pixels: Numbers,
  draw: Draw,
) {
  const [keras, torchvision] = await Promise.all(
    ['keras', 'torchvision'].map((dialect) => apply({ ...options, dialect }, pixels, draw)),
  );
  return { keras, torchvision };
}

async function apply(
  options: { name: string; [key: string]: unknown },
  pixels: Numbers,
  draw: Draw,
): Promise<number[]> {
  const images = { shape: [1, 1, pixels.length / 3, 3], values: pixels } as const;
  const output = await applyStage(createListedStage(options), images, draw);
  return Array.from(output.dataSync(), (value) => Math.round(value * 100) / 100);
}

const bounds = (name: string, factor: number, dialect: string) =>
  createListedStage({ name, factor, dialect, valueRange: [0, 1] })
    .formula?.split(', ')
    .at(-1);

describe('Dialects differ:', () => {
  test('brightness is added or multiplied', async () => {
    const options = { name: 'random-brightness', factor: 0.2 };
    expect(await inBoth(options, [0, 50, 100], { factor: [0.2] })).toEqual({
      keras: [51, 101, 151],
      torchvision: [0, 10, 20],
    });
  });

  test('contrast is about the mean of each channel or of the grey', async () => {
    const options = { name: 'random-contrast', factor: 0.2 };
    const pixels = [200, 0, 0, 0, 0, 0];
    expect(await inBoth(options, pixels, { factor: [0] })).toEqual({
      keras: [100, 0, 0, 100, 0, 0],
      torchvision: new Array(6).fill(29.89),
    });
  });

  test('one number means other factors', () => {
    expect(bounds('random-contrast', 0.2, 'keras')).toBe('f from 1 to 1.2');
    expect(bounds('random-contrast', 0.2, 'torchvision')).toBe('f from 0.8 to 1.2');
    expect(bounds('random-saturation', 0.5, 'keras')).toBe('f from -0.5 to 0.5');
    expect(bounds('random-saturation', 0.5, 'torchvision')).toBe('f from 0.5 to 1.5');
  });

  test('saturation scales S of HSV or the distance from grey', async () => {
    const options = { name: 'random-saturation', factor: 0.5, valueRange: [0, 1] };
    const none = await apply({ ...options, dialect: 'keras' }, [0.8, 0.4, 0.4], { factor: [0.5] });
    expect(none).toEqual([0.8, 0.4, 0.4]);
    expect(await inBoth(options, [0.8, 0.4, 0.4], { factor: [0] })).toEqual({
      keras: [0.8, 0.8, 0.8],
      torchvision: [0.52, 0.52, 0.52],
    });
  });

  test('one hue factor turns half as far in Keras', async () => {
    const options = { name: 'random-hue', factor: 0.25 };
    const pixel = [200, 0, 0];
    expect(await apply({ ...options, dialect: 'torchvision' }, pixel, { factor: [0.25] })).toEqual([
      100, 200, 0,
    ]);
    const keras = { ...options, dialect: 'keras' };
    expect(await apply(keras, pixel, { sign: [0.2], factor: [0.25] })).toEqual([200, 150, 0]);
    expect(await apply(keras, pixel, { sign: [0.8], factor: [0.25] })).toEqual([200, 0, 150]);
  });

  test('color-jitter has a fixed order in Keras and a drawn one in torchvision', async () => {
    const options = { name: 'color-jitter', brightness: 1, contrast: 1 };
    const keras = createListedStage({ ...options, dialect: 'keras' });
    expect(keras.formula).toContain('; in this order');
    const inOrder = (order: number) =>
      apply(options, [200, 200, 200, 0, 0, 0], { order: [order], brightness: [2], contrast: [0] });
    // Brightness first clips at 255 before the mean is taken.
    expect(await inOrder(0)).toEqual(new Array(6).fill(127.49));
    expect(await inOrder(1)).toEqual(new Array(6).fill(199.98));
  });

  test('grey makes white a little darker', async () => {
    expect(await apply({ name: 'grayscale', when: 'always' }, [255, 255, 255], {})).toEqual([
      254.97, 254.97, 254.97,
    ]);
  });

  test('equalize counts pixels up to a level or below it', async () => {
    const grey = Array.from({ length: 512 }, (_, place) => Math.floor(place / 4));
    const pixels = grey.flatMap((level) => [level, level, level]);
    const options = { name: 'equalize', when: 'always' };
    const { keras, torchvision } = await inBoth(options, pixels, {});
    // 128 levels of 4 pixels each.
    expect([keras?.[0], keras?.[12], keras?.at(-1)]).toEqual([0, 2, 255]);
    expect([torchvision?.[0], torchvision?.[12], torchvision?.at(-1)]).toEqual([0, 4, 255]);
  });

  test('sharpness darkens the border in Keras alone', async () => {
    const options = { name: 'sharpness', factor: 1, probability: 1 };
    const white = { shape: [1, 3, 3, 1], values: new Array<number>(9).fill(130) } as const;
    const smooth = async (dialect: string) => {
      const stage = createListedStage({ ...options, dialect });
      const output = (await applyStage(stage, white, { factor: [0] })).dataSync();
      return [output[0], output[4]].map((value) => Math.round(value as number));
    };
    expect(await smooth('torchvision')).toEqual([130, 130]);
    expect(await smooth('keras')).toEqual([80, 130]);
  });

  test('solarize inverts the threshold itself', async () => {
    const options = { name: 'solarize', threshold: 1, probability: 1 };
    const draw = { addition: [0], threshold: [255] };
    expect(await apply(options, [254, 255, 0], draw)).toEqual([254, 0, 0]);
    const all = { addition: [0], threshold: [0] };
    expect(await apply(options, [254, 255, 0], all)).toEqual([1, 0, 255]);
  });
});

describe('The page of dialects', () => {
  const rows = readFileSync('docs/dialects.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!name)[^-]/.test(line));
  const shown = rows.map((row) => /`([\w./-]+\.test\.ts)`: (.+) \|$/.exec(row) ?? [row]);

  test('has a row for each difference', () => {
    expect(rows.length).toBeGreaterThanOrEqual(20);
  });

  test.each(shown)('names tests that are there: %s', (_, file, titles) => {
    const path = readdirSync('test', { recursive: true, encoding: 'utf8' }).find(
      (one) => basename(one) === basename(file ?? ''),
    );
    if (!path || !titles) throw new Error('The row names no test.');
    const text = readFileSync(join('test', path), 'utf8');
    for (const title of titles.split('; ')) expect(text).toContain(title);
  });
});
