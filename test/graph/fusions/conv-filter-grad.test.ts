import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { fuseOps } from '../../../src/graph/fusions/fuse-ops.js';
import { mixPrecision } from '../../../src/graph/mix-precision.js';
import { hasTileKernels } from '../../../src/graph/own-kernels.js';
import { computeIn } from '../../../src/graph/precision.js';
import type { Step } from '../../../src/graph/program.js';
import { recordStep } from '../../../src/graph/recording.js';
import type { Tensor4D, TensorFlow, Variable } from '../../../src/graph/tensorflow.js';
import { someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { roundToBfloat16 } from '../bfloat16.js';
import { valuesOf } from '../both-ways.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

interface Case {
  readonly images: readonly [number, number, number, number];
  readonly filter: readonly [number, number, number, number];
  readonly padding: 'same' | 'valid';
  readonly strides?: number;
}

interface Layer {
  readonly state: readonly Variable[];
  readonly step: Step;
}

/** Numbers that bfloat16 holds. */
function rounded(count: number, seed: number): Float32Array {
  return Float32Array.from(someNumbers(count, seed), roundToBfloat16);
}

/** The gradient of a convolution's filter for a weighted sum of what comes out, in mixed precision or in float32. */
function createLayer(
  { images, filter, padding, strides = 1 }: Case,
  precision: 'float32' | 'mixed-bfloat16',
): Layer {
  const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);
  const x = tf.variable(tf.tensor(rounded(sizeOf(images), 1), [...images]), false);
  const kernel = tf.variable(tf.tensor(rounded(sizeOf(filter), 3), [...filter]));
  const apply = () => tf.conv2d(x as Tensor4D, kernel as Tensor4D, strides, padding);
  const { shape } = apply();
  const weights = tf.variable(tf.tensor(rounded(sizeOf(shape), 7), shape), false);
  const compute = () => {
    const { grads } = computeIn(precision, () =>
      tf.variableGrads(() => apply().mul(weights).sum() as never, [kernel]),
    );
    return Object.values(grads);
  };
  return { state: [x, kernel, weights], step: { compute } };
}

function opsOf({ state, step }: Layer): string[] {
  return fuseOps(mixPrecision(recordStep('apply', step, { state }))).ops.map(({ name }) => name);
}

const cases: readonly (readonly [string, Case])[] = [
  ['few channels', { images: [5, 9, 7, 3], filter: [3, 3, 3, 20], padding: 'same' }],
  ['one channel', { images: [3, 6, 6, 1], filter: [1, 1, 1, 1], padding: 'valid' }],
  ['a filter of 5 x 5', { images: [3, 12, 10, 24], filter: [5, 5, 24, 17], padding: 'same' }],
  ['an even filter', { images: [4, 9, 11, 40], filter: [2, 4, 40, 33], padding: 'same' }],
  ['no padding', { images: [11, 10, 9, 33], filter: [3, 2, 33, 64], padding: 'valid' }],
  ['tiny images', { images: [50, 3, 3, 64], filter: [3, 3, 64, 96], padding: 'same' }],
  [
    'a filter as large as the images',
    { images: [9, 3, 4, 48], filter: [3, 4, 48, 16], padding: 'valid' },
  ],
  ['many pixels', { images: [20, 32, 32, 64], filter: [3, 3, 64, 64], padding: 'same' }],
];

describe('The gradient of a filter in bfloat16', () => {
  test.for(cases)('is one op, and that of float32: %s', ([, given], { skip }) => {
    skip(!hasTileKernels(), 'This processor has no AMX.');
    const layer = createLayer(given, 'mixed-bfloat16');
    expect(opsOf(layer).filter((name) => name.includes('Filter'))).toEqual([
      'PrepLabConvFilterGrad',
    ]);
    const program = compileProgram({ apply: layer.step }, { state: layer.state });
    const [found] = program.run('apply').map(valuesOf);
    const [expected] = createLayer(given, 'float32').step.compute().map(valuesOf);
    const scale = Math.max(...(expected ?? []).map(Math.abs));
    expect(found).toHaveLength(expected?.length ?? 0);
    expected?.forEach((value, at) => {
      // Rounded once.
      const tolerance = 2 ** -8 * Math.abs(value) + 5e-6 * scale;
      expect(Math.abs((found?.[at] ?? Number.NaN) - value)).toBeLessThan(tolerance);
    });
    for (let i = 0; i < 3; i++) expect(valuesOf(program.run('apply')[0] as never)).toEqual(found);
    program.dispose();
  });

  test('is left to TensorFlow with a stride', () => {
    const images = [2, 8, 8, 4] as const;
    const layer = createLayer(
      { images, filter: [3, 3, 4, 5], padding: 'same', strides: 2 },
      'mixed-bfloat16',
    );
    expect(opsOf(layer)).toContain('Conv2DBackpropFilter');
  });

  test('in float32 is left to TensorFlow', () => {
    const [, given] = cases[0] as (typeof cases)[number];
    expect(opsOf(createLayer(given, 'float32'))).toContain('Conv2DBackpropFilter');
  });
});
