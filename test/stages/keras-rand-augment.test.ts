import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasOwnKernels } from '../../src/graph/own-kernels.js';
import { createRandomSource } from '../../src/graph/random.js';
import { tensorflow } from '../../src/graph/tensorflow.js';
import { applyStage } from '../../src/stages/apply-stage.js';
import { composeOperations, listLayers } from '../../src/stages/keras-rand-augment.js';
import { stages } from '../../src/stages/list.js';
import { wholeDraw } from '../../src/stages/policy-stage.js';
import { firstImages } from '../../src/stages/stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface KerasRun {
  readonly operations: readonly string[];
  readonly options: {
    readonly factor: readonly [number, number];
    readonly interpolation: string;
    readonly valueRange: readonly [number, number];
  };
  readonly draws: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
}

const file = new URL('../golden/rand-augment/keras.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly names: readonly string[];
  readonly bounds: Readonly<Record<string, readonly [bits: readonly number[], levels: number[]]>>;
  readonly input: {
    readonly shape: readonly [number, number, number, number];
    readonly values: readonly number[];
  };
  readonly runs: readonly KerasRun[];
};

/** Keras' strengths under the names of the stages that stand for its layers, each by its place. */
function drawsOf({ draws }: KerasRun): Record<string, readonly number[]> {
  const [, height, width] = golden.input.shape;
  const of = (name: string) => draws[name] ?? [];
  const everyOther = (name: string, first: 0 | 1) => of(name).filter((_, i) => i % 2 === first);
  return {
    operation: of('operation').map((place) => place + 0.5),
    '0/sign': of('angle').map(() => 0),
    '0/xShear': everyOther('shear', 0),
    '0/yShear': everyOther('shear', 1),
    '1/widthFraction': everyOther('pixels', 0).map((pixels) => pixels / width),
    '1/heightFraction': everyOther('pixels', 1).map((pixels) => pixels / height),
    '2/angleDegrees': of('angle'),
    '3/factor': of('brightness'),
    '4/factor': of('degeneration').map((share) => 1 - share),
    '5/factor': of('contrast'),
    '6/factor': of('sharpness'),
    '7/bits': of('bits').map((bits) => bits + 0.5),
    '8/addition': of('addition'),
    '8/threshold': of('threshold'),
  };
}

const keras = (options: object = {}) =>
  createListedStage({ name: 'rand-augment', dialect: 'keras', ...options });

describe('rand-augment as Keras has it', () => {
  test.each(golden.runs.map((run) => ({ ...run, label: run.operations.join(', ') })))(
    'agrees with Keras: $label, $options',
    async (run) => {
      const [count, height, width, channels] = golden.input.shape;
      const images = run.output.length / (height * width * channels);
      expect(count).toBeGreaterThanOrEqual(images);
      const [low, high] = run.options.valueRange;
      const values = golden.input.values
        .slice(0, run.output.length)
        .map((value) => (value / 255) * (high - low) + low);
      const stage = keras({ operations: run.operations.length, ...run.options });
      const shape = [images, height, width, channels] as const;
      const applied = await applyStage(stage, { shape, values }, drawsOf(run));
      const found = applied.dataSync();
      const apart = run.output.map((value, i) => {
        return (Math.abs(value - (found[i] ?? Number.NaN)) * 255) / (high - low);
      });
      // Keras scales 0..1 to levels without a care for rounding: a value may end a level, or one of few levels, lower.
      const isCut = run.operations.includes('random_posterization') && low !== 0;
      expect(apart.filter((one) => !(one < 1e-3)).length / apart.length).toBeLessThanOrEqual(
        isCut ? 0.01 : 0,
      );
    },
  );

  test.each([
    { interpolation: 'bilinear', valueRange: [0, 255] },
    { interpolation: 'nearest', valueRange: [0, 255] },
    { interpolation: 'bilinear', valueRange: [-1, 1] },
  ] as const)("does by its kernel what TensorFlow's ops do: %j", async (setting) => {
    expect(hasOwnKernels()).toBe(true);
    const { shape, values } = torchImages([0, 1, 2, 3]);
    const [low, high] = setting.valueRange;
    const scaled = Array.from(values, (value) => (value / 255) * (high - low) + low);
    const options = { ...setting, operations: 3, factor: [0, 0.7], per: 'image' } as const;
    const batch = tensorflow().tensor4d(Array(64).fill(scaled).flat(), [256, ...shape.slice(1)] as [
      number,
      number,
      number,
      number,
    ]);
    const stage = keras(options);
    const composed = tensorflow().tidy(() => {
      const random = createRandomSource({
        seed: 5,
        stream: 'apply/rand-augment',
        step: tensorflow().scalar(0, 'int32'),
      });
      const place = { ...firstImages(256), shape: { height: 32, width: 32, channels: 3 } };
      const draw = stage.draw?.(random, 256, place) ?? {};
      const kinds = wholeDraw(draw, 'operation', 11);
      return composeOperations(batch, { draw, kinds }, listLayers(options));
    });
    const found = (await applyStage(stage, batch, { seed: 5 })).dataSync();
    const expected = composed.dataSync();
    const apart = Array.from(expected, (value, i) => Math.abs(value - (found[i] as number)));
    const share = apart.filter((one) => !(one < ((high - low) * 1e-3) / 255)).length / apart.length;
    // A value on a threshold, or half way between two pixels, may fall to the other side of it.
    expect(share).toBeLessThan(0.005);
  });

  test('gives its layers the strengths that Keras gives them, which keep fewer bits than it says', () => {
    const bits = (factor: number | readonly [number, number]) => {
      const asked: Record<string, readonly [number, number]> = {};
      keras({ factor }).draw?.(
        {
          uniform: (name, { low, high }) => {
            asked[name] = [low, high];
            return undefined as never;
          },
          normal: () => undefined as never,
          uniformByIndex: () => undefined as never,
        },
        3,
        undefined as never,
      );
      return [asked['7/bits'], asked['8/threshold']];
    };
    expect(golden.bounds).toEqual({
      '0.1': [
        [1, 1],
        [0, 0.1],
      ],
      '0.5': [
        [1, 4],
        [0, 0.5],
      ],
      '(0.3, 0.9)': [
        [1, 7],
        [0.3, 0.9],
      ],
    });
    // The upper end of the bits is never drawn; the lower one of the threshold is not scaled.
    expect(bits(0.1)).toEqual([
      [1, 2],
      [0, 25.5],
    ]);
    expect(bits(0.5)).toEqual([
      [1, 4],
      [0, 127.5],
    ]);
    expect(bits([0.3, 0.9])).toEqual([
      [1, 7],
      [0.3, 229.5],
    ]);
  });

  /** How many images of 64 alike come out in how many ways, of operations without a strength of their own. */
  async function countWays(per: 'batch' | 'image'): Promise<number> {
    const { values } = torchImages([2]);
    const batch = { shape: [64, 32, 32, 3] as const, values: Array(64).fill(values).flat() };
    const stage = keras({ operations: 1, factor: [0.5, 0.5], per });
    const applied = await applyStage(stage, batch, { seed: 2 });
    const output = Array.from({ length: 64 }, (_, i) =>
      applied.slice([i, 0, 0, 0], [1, -1, -1, -1]).dataSync().join(),
    );
    return new Set(output).size;
  }

  test('does the same to a whole batch, or to each image its own', async () => {
    // Shears differ by their sign, bits are drawn from three.
    expect(await countWays('batch')).toBeLessThanOrEqual(3);
    expect(await countWays('image')).toBeGreaterThan(8);
  });

  test('tells what few expect', () => {
    const shape = { height: 32, width: 32, channels: 3 };
    expect(keras().traps?.(shape)).toEqual([
      '"rand-augment" with dialect "keras" turns images by 0 to 180 degrees, one way, moves them right and down alone and makes them brighter, never darker.',
      '"rand-augment" with dialect "keras" does the same operations to all images of a batch; "per": "image" does not.',
    ]);
    expect(keras({ per: 'image', factor: [0.1, 0.2] }).traps?.(shape)).toEqual([
      '"rand-augment" with dialect "keras" turns images by 36 to 72 degrees, one way, moves them right and down alone and makes them brighter, never darker.',
    ]);
  });

  test('names the defaults of a dialect in the options, and no others', () => {
    const { options } = stages.find(({ name }) => name === 'rand-augment') ?? {};
    const valueRange = [0, 255];
    expect(options?.parse({ name: 'rand-augment', dialect: 'keras' })).toEqual({
      name: 'rand-augment',
      dialect: 'keras',
      operations: 2,
      interpolation: 'bilinear',
      valueRange,
    });
    expect(options?.parse({ name: 'rand-augment' })).toEqual({
      name: 'rand-augment',
      dialect: 'torchvision',
      operations: 2,
      magnitude: 9,
      interpolation: 'nearest',
      fillValue: 0,
      valueRange,
    });
  });
});
