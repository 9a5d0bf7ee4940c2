import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import {
  composedCountLevels,
  composedLookUp,
  composeTables,
  countLevels,
  levelCount,
  lookUp,
} from '../../src/graph/look-up.js';
import type { Tensor, Tensor3D, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

type Shape = [count: number, height: number, width: number, channels: number];

/** The values that `compute` gives, without leaving a tensor behind. */
function valuesOf(compute: () => Tensor): number[] {
  const before = tf.memory().numTensors;
  const output = tf.tidy(compute);
  const values = Array.from(output.dataSync());
  output.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

const levelsOf = (values: readonly number[], shape: Shape) =>
  tf.tensor4d([...values], shape, 'float32');

/** Tables by a formula of image, channel and level. */
function tablesOf(
  [count, channels]: [number, number],
  formula: (image: number, channel: number, level: number) => number,
): Tensor3D {
  const values = Array.from({ length: count * channels * levelCount }, (_, place) => {
    const row = Math.floor(place / levelCount);
    return formula(Math.floor(row / channels), row % channels, place % levelCount);
  });
  return tf.tensor3d(values, [count, channels, levelCount]);
}

const shapes = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 4 }),
);
const images = shapes.chain((shape) => {
  const length = shape.reduce((product, size) => product * size);
  const level = fc.integer({ min: 0, max: 255 });
  return fc.record({
    shape: fc.constant(shape as Shape),
    levels: fc.array(level, { minLength: length, maxLength: length }),
  });
});

/** Image and channel of each value. */
function placesIn([, height, width, channels]: Shape, place: number): [number, number] {
  return [Math.floor(place / (height * width * channels)), place % channels];
}

describe('lookUp', () => {
  test('reads each value in the table of its image and channel', () => {
    const output = valuesOf(() =>
      lookUp(
        levelsOf([0, 0, 7, 255, 0, 0, 7, 255], [2, 1, 2, 2]),
        tablesOf([2, 2], (image, channel, level) => 10_000 * image + 1000 * channel + level + 0.5),
      ),
    );
    expect(output).toEqual([0.5, 1000.5, 7.5, 1255.5, 10_000.5, 11_000.5, 10_007.5, 11_255.5]);
  });

  test('does what a loop does, with a table a channel or one for all', () => {
    fc.assert(
      fc.property(images, fc.boolean(), ({ shape, levels }, isShared) => {
        const formula = (image: number, channel: number, level: number) =>
          (level * 31 + image * 7 + (isShared ? 0 : channel) * 13) % 509;
        const channels = isShared ? 1 : shape[3];
        const output = valuesOf(() =>
          lookUp(levelsOf(levels, shape), tablesOf([shape[0], channels], formula)),
        );
        expect(output).toEqual(
          levels.map((level, place) => formula(...placesIn(shape, place), level)),
        );
      }),
      { numRuns: 30 },
    );
  });

  test("is the same of TensorFlow's own ops, whatever the values", () => {
    const values = [-1, 0.99, 1, 254.99, 255, 300, 7.5, 7, 0, 128.01, 3, 2];
    const [output, composed] = [lookUp, composedLookUp].map((compute) =>
      valuesOf(() =>
        compute(
          levelsOf(values, [2, 1, 2, 3]),
          tablesOf([1, 3], (_, channel, level) => 10 * level + channel),
        ),
      ),
    );
    expect(output).toEqual([0, 1, 12, 2540, 2551, 2552, 70, 71, 2, 1280, 31, 22]);
    expect(composed).toEqual(output);
  });

  test('is part of a graph', () => {
    const levels = levelsOf([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]);
    const tables = tablesOf([1, 3], (_, channel, level) => 10 * level + channel);
    const inputs = [
      { shape: levels.shape, dtype: 'float32' },
      { shape: tables.shape, dtype: 'float32' },
    ] as const;
    const compute = (x: Tensor, y: Tensor) => [lookUp(x as Tensor4D, y)];
    const program = compileProgram({ lookUp: { inputs, compute } }, { state: [] });
    const [output] = program.run('lookUp', [levels, tables]);
    expect(Array.from(output?.dataSync() ?? [])).toEqual([10, 21, 32, 40, 51, 62]);
    program.dispose();
    tf.dispose([levels, tables, output as Tensor]);
  });
});

describe('composeTables', () => {
  test('does in one what two tables do one after the other', () => {
    const channels = fc.constantFrom(1, 3);
    fc.assert(
      fc.property(channels, channels, (before, after) => {
        const first = (image: number, channel: number, level: number) =>
          (level * 5 + (before === 1 ? 0 : channel) + image) % 256;
        const second = (image: number, channel: number, level: number) =>
          level / 2 + (after === 1 ? 0 : channel) + image;
        const composed = valuesOf(() =>
          composeTables(tablesOf([2, before], first), tablesOf([2, after], second)),
        );
        const expected = valuesOf(() =>
          tablesOf([2, Math.max(before, after)], (image, channel, level) =>
            second(image, channel, first(image, channel, level)),
          ),
        );
        expect(composed).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });
});

describe('countLevels', () => {
  test('counts what a loop counts', () => {
    fc.assert(
      fc.property(images, ({ shape, levels }) => {
        const counts = valuesOf(() => countLevels(levelsOf(levels, shape)));
        expect(valuesOf(() => composedCountLevels(levelsOf(levels, shape)))).toEqual(counts);
        const expected = new Array(shape[0] * shape[3] * levelCount).fill(0);
        levels.forEach((level, place) => {
          const [image, channel] = placesIn(shape, place);
          expected[(image * shape[3] + channel) * levelCount + level] += 1;
        });
        expect(counts).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
