import { beforeAll, describe, expect, test } from 'vitest';
import { adjustColours, colourKinds } from '../../src/graph/adjust-colours.js';
import { hasOwnKernels } from '../../src/graph/own-kernels.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
  expect(hasOwnKernels()).toBe(true);
});

type Step = readonly [kind: (typeof colourKinds)[number], number: number];

/** Two pixels of each image after its own steps, rounded to 2 decimals. */
function adjust(pixels: readonly number[][], steps: readonly (readonly Step[])[]): number[][] {
  return tf.tidy(() => {
    const levels = tf.tensor4d(pixels.flat(), [pixels.length, 1, 2, 3]);
    const kinds = steps.map((row) => row.map(([kind]) => colourKinds.indexOf(kind)));
    const numbers = steps.map((row) => row.map(([, number]) => number));
    const output = adjustColours(levels, {
      kinds: tf.tensor2d(kinds, undefined, 'float32'),
      numbers: tf.tensor2d(numbers, undefined, 'float32'),
    });
    expect(Array.from(levels.dataSync())).toEqual(pixels.flat());
    const rows = output.reshape([pixels.length, 6]).arraySync() as number[][];
    return rows.map((row) => row.map((value) => Math.round(value * 100) / 100));
  });
}

const colourful = [200, 0, 0, 100, 100, 100];

describe('adjustColours', () => {
  test('does to each image what its row says', () => {
    expect(
      adjust(
        [colourful, colourful, colourful, colourful, colourful],
        [
          [['nothing', 7]],
          [['brightness', 1.5]],
          [['contrast', 0]],
          [['saturation', 0]],
          [['hue', 0.25]],
        ],
      ),
    ).toEqual([
      colourful,
      [255, 0, 0, 150, 150, 150],
      new Array(6).fill(79.89),
      [59.78, 59.78, 59.78, 99.99, 99.99, 99.99],
      [100, 200, 0, 100, 100, 100],
    ]);
  });

  test('does several one after the other, and clips after each', () => {
    const [first, second] = adjust(
      [colourful, colourful],
      [
        [
          ['brightness', 2],
          ['brightness', 0.5],
        ],
        [
          ['brightness', 0.5],
          ['brightness', 2],
        ],
      ],
    );
    expect(first).toEqual([127.5, 0, 0, 100, 100, 100]);
    expect(second).toEqual(colourful);
  });
});
