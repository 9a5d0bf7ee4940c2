import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import type { Stage } from '../../src/stages/stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { readTorch, type TorchCase, type TorchRun, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface Params {
  readonly op: string;
  readonly factor: number;
  readonly threshold: number;
  readonly kernelSize: number;
  readonly sigma: number;
  readonly order: readonly string[];
  readonly [adjustment: string]: unknown;
}

/** A stage with the numbers that it is given in place of draws. */
interface Given {
  readonly stage: Stage;
  readonly draw?: Readonly<Record<string, readonly number[]>>;
}

const torchvision = { dialect: 'torchvision', valueRange: [0, 1] };
const all = { probability: 1, valueRange: [0, 1] };

function adjust(name: string) {
  return ({ factor }: Params): Given => ({
    stage: createListedStage({ name, factor: [factor, factor].map(Math.abs), ...torchvision }),
    draw: { factor: [factor] },
  });
}

const orders = ['brightness', 'contrast', 'saturation', 'hue'].flatMap((first, _, names) =>
  names.flatMap((second) =>
    names.flatMap((third) =>
      names
        .map((fourth) => [first, second, third, fourth])
        .filter((order) => new Set(order).size === 4),
    ),
  ),
);

const stages: Readonly<Record<string, (params: Params) => Given>> = {
  brightness: adjust('random-brightness'),
  contrast: adjust('random-contrast'),
  saturation: adjust('random-saturation'),
  hue: adjust('random-hue'),
  sharpness: ({ factor }) => ({
    stage: createListedStage({ name: 'sharpness', factor, ...all }),
    draw: { factor: [factor] },
  }),
  gamma: ({ factor }) => ({
    stage: createListedStage({ name: 'gamma', gamma: factor, valueRange: [0, 1] }),
    draw: { gamma: [factor] },
  }),
  solarize: ({ threshold }) => ({
    stage: createListedStage({ name: 'solarize', threshold, ...all }),
    draw: { addition: [0], threshold: [255 * threshold] },
  }),
  autocontrast: () => ({
    stage: createListedStage({ name: 'auto-contrast', when: 'always', valueRange: [0, 1] }),
  }),
  grayscale: () => ({ stage: createListedStage({ name: 'grayscale', when: 'always' }) }),
  blur: ({ kernelSize, sigma }) => ({
    stage: createListedStage({ name: 'gaussian-blur', kernelSize, sigma }),
    draw: { sigma: [sigma] },
  }),
  jitter: ({ order, brightness, contrast, saturation, hue }) => ({
    stage: createListedStage({
      name: 'color-jitter',
      brightness: 0.5,
      contrast: 0.5,
      saturation: 0.5,
      hue: 0.1,
      valueRange: [0, 1],
    }),
    draw: Object.fromEntries(
      Object.entries({
        order: orders.findIndex((one) => String(one) === String(order)),
        brightness,
        contrast,
        saturation,
        hue,
      }).map(([name, value]) => [name, [value as number]]),
    ),
  }),
};

function createGiven(params: Params): Given {
  const create = stages[params.op];
  if (!create) throw new Error(`No stage stands for "${params.op}".`);
  return create(params);
}

async function largestDifference({ params, images, output }: TorchRun<Params>): Promise<number> {
  const { stage, draw } = createGiven(params);
  const { shape, values } = torchImages(images);
  const unit = { shape, values: values.map((value) => Math.fround(value / 255)) };
  const result = await applyStage(stage, unit, draw ?? {});
  expect(result.shape).toEqual(output.shape);
  const differences = result
    .dataSync()
    .map((value, place) => Math.abs(value - (output.values[place] as number)));
  return Math.max(...differences);
}

describe('On float images the stages agree with torchvision:', () => {
  const { runs } = readTorch<TorchCase<Params>>('float_colour').output;

  test.each(runs)('$params', async (run) => {
    expect(await largestDifference(run)).toBeLessThan(2e-6);
  });
});
