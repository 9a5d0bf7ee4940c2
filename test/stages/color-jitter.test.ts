import { beforeAll, describe, expect, test } from 'vitest';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { applyStage } from '../../src/stages/apply-stage.js';
import { composedTurnHue } from '../../src/stages/colour-adjustments.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { torchImages } from './torch-golden.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const names = ['brightness', 'contrast', 'saturation', 'hue'] as const;

/** What Keras' dialect draws for a stage, and the draws of the stage alone. */
const draws = {
  brightness: { brightness: [0.3] },
  contrast: { contrast: [1.6] },
  saturation: { saturation: [0.6] },
  hue: { hueSign: [0.9], hue: [0.4] },
};
const alone = {
  brightness: { factor: [0.3] },
  contrast: { factor: [1.6] },
  saturation: { factor: [0.6] },
  hue: { sign: [0.9], factor: [0.4] },
};

const tiny = torchImages('tiny');
const unit = { ...tiny, values: tiny.values.map((value) => value / 255) };
const keras = { dialect: 'keras', valueRange: [0, 1] };

async function doInTurn(order: readonly (typeof names)[number][]): Promise<number[]> {
  let images = unit;
  for (const name of order) {
    const stage = createListedStage({ name: `random-${name}`, factor: 1, ...keras });
    const output = await applyStage(stage, images, alone[name]);
    images = { shape: tiny.shape, values: Array.from(output.dataSync()) };
  }
  return [...images.values];
}

describe('color-jitter', () => {
  test.each([
    [0, ['brightness', 'contrast', 'saturation', 'hue']],
    [1, ['brightness', 'contrast', 'hue', 'saturation']],
    [9, ['contrast', 'saturation', 'hue', 'brightness']],
    [16, ['saturation', 'hue', 'brightness', 'contrast']],
    [23, ['hue', 'saturation', 'contrast', 'brightness']],
  ] as const)('in order %i goes through %j', async (order, sequence) => {
    const stage = createListedStage({
      name: 'color-jitter',
      brightness: 1,
      contrast: 1,
      saturation: 1,
      hue: 1,
      order: 'random',
      ...keras,
    });
    const draw = Object.assign({ order: [order] }, ...names.map((name) => draws[name]));
    const output = (await applyStage(stage, unit, draw)).dataSync();
    const expected = await doInTurn(sequence);
    expected.forEach((value, place) => {
      expect(output[place]).toBeCloseTo(value, 5);
    });
  });

  test('draws no order where there is one alone', () => {
    const stage = createListedStage({ name: 'color-jitter', brightness: 1, contrast: 1, hue: 0.1 });
    expect(stage.formula).toContain('in an order drawn for each image');
    expect(createListedStage({ name: 'color-jitter', hue: 0.1 }).formula).toContain(
      'in this order',
    );
  });

  test('refuses what a dialect does not have, and doing nothing', () => {
    expect(listProblems({ name: 'color-jitter', hue: 0.6 })).toEqual([
      'must be from -0.5 to 0.5 with dialect "torchvision"',
    ]);
    expect(listProblems({ name: 'color-jitter', brightness: 2, dialect: 'keras' })).toEqual([
      'must be from -1 to 1 with dialect "keras"',
    ]);
    expect(listProblems({ name: 'color-jitter' })).toEqual([
      'needs at least one of "brightness", "contrast", "saturation" and "hue"',
    ]);
  });

  test("turns hues as TensorFlow's own ops do", async () => {
    const stage = createListedStage({ name: 'random-hue', factor: 0.5, dialect: 'torchvision' });
    const images = torchImages([0, 1, 2, 3]);
    const turns = [0.1, -0.37, 0.5, 0];
    const output = (await applyStage(stage, images, { factor: turns })).dataSync();
    const composed = tf.tidy(() =>
      composedTurnHue(tf.tensor4d([...images.values], [...images.shape]), tf.tensor1d(turns)),
    );
    composed.dataSync().forEach((value, place) => {
      expect(Math.abs(value - (output[place] as number))).toBeLessThan(1e-3);
    });
    composed.dispose();
  });
});
