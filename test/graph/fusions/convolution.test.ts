import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { biasAdd } from '../../../src/graph/differentiable/bias-add.js';
import { relu } from '../../../src/graph/differentiable/relu.js';
import { fuseOps } from '../../../src/graph/fusions/fuse-ops.js';
import { mixPrecision } from '../../../src/graph/mix-precision.js';
import { attribute, runKernel } from '../../../src/graph/native-backend.js';
import { hasTileKernels, hasWideKernels } from '../../../src/graph/own-kernels.js';
import { computeIn } from '../../../src/graph/precision.js';
import type { Step } from '../../../src/graph/program.js';
import { recordStep } from '../../../src/graph/recording.js';
import type {
  Scalar,
  Tensor,
  Tensor4D,
  TensorFlow,
  Variable,
} from '../../../src/graph/tensorflow.js';
import { largestOf, someNumbers } from '../../engine/numeric-gradient.js';
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

/** Not a number where one is, or where a number is missing. */
function worstError(found: readonly number[] | undefined, expected: readonly number[]): number {
  if (found?.length !== expected.length) return Number.NaN;
  return largestOf(found.map((value, at) => value - (expected[at] as number)));
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

describe("A filter's gradient in bfloat16", () => {
  test.for(cases)('is one op, and that of float32: %s', ([, given], { skip }) => {
    skip(!hasTileKernels(), 'This processor has no AMX.');
    const layer = createLayer(given, 'mixed-bfloat16');
    expect(opsOf(layer).filter((name) => name.includes('Filter'))).toEqual([
      'PrepLabConvFilterGrad',
    ]);
    const program = compileProgram({ apply: layer.step }, { state: layer.state });
    const [found] = program.run('apply').map(valuesOf);
    const [expected = []] = createLayer(given, 'float32').step.compute().map(valuesOf);
    // Rounded once.
    const tolerance = (2 ** -8 + 5e-6) * largestOf(expected);
    expect(worstError(found, expected)).toBeLessThan(tolerance);
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
});

/** A convolution with bias and relu as asked for, and its gradients towards all that goes in. */
function createConvolution(
  { images, filter, padding }: Case,
  finish: 'bare' | 'bias' | 'relu',
): Layer {
  const variable = (shape: readonly number[], seed: number) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.variable(tf.tensor(someNumbers(size, seed), [...shape]));
  };
  const [x, kernel, bias] = [variable(images, 1), variable(filter, 3), variable([filter[3]], 5)];
  const apply = (): Tensor => {
    const product = tf.conv2d(x as Tensor4D, kernel as Tensor4D, 1, padding);
    if (finish === 'bare') return product;
    return finish === 'bias' ? biasAdd(product, bias) : relu(biasAdd(product, bias));
  };
  const weights = variable(apply().shape, 7);
  const trained = finish === 'bare' ? [x, kernel] : [x, kernel, bias];
  const compute = (): Tensor[] => {
    let value: Tensor | undefined;
    const { grads } = tf.variableGrads(() => {
      value = tf.keep(apply());
      return value.mul(weights).sum() as Scalar;
    }, trained);
    return [value as Tensor, ...trained.map(({ name }) => grads[name] as Tensor)];
  };
  return { state: [x, kernel, bias, weights], step: { compute } };
}

const products: readonly (readonly [string, Case])[] = [
  ['as many channels', { images: [3, 8, 8, 64], filter: [3, 3, 64, 64], padding: 'same' }],
  ['odd lengths', { images: [5, 7, 9, 64], filter: [3, 3, 64, 96], padding: 'same' }],
  ['no padding', { images: [4, 9, 6, 96], filter: [3, 3, 96, 64], padding: 'valid' }],
  ['one pixel', { images: [7, 1, 1, 64], filter: [3, 3, 64, 64], padding: 'same' }],
  [
    'images as large as the filter',
    { images: [7, 3, 3, 64], filter: [3, 3, 64, 64], padding: 'valid' },
  ],
  ['many channels', { images: [2, 6, 5, 256], filter: [3, 3, 256, 128], padding: 'same' }],
  ['many tiles', { images: [40, 16, 16, 64], filter: [3, 3, 64, 64], padding: 'same' }],
];

describe('A convolution in float32 and its gradients', () => {
  test.for(
    products.flatMap(([name, given]) =>
      (['bare', 'bias', 'relu'] as const).map((finish) => [name, finish, given] as const),
    ),
  )('are those of TensorFlow: %s, %s', ([, finish, given], { skip }) => {
    skip(!hasWideKernels(), 'This processor has no AVX-512.');
    const layer = createConvolution(given, finish);
    const names = opsOf(layer).filter((name) => /Conv|Relu$|BiasAdd$/.test(name));
    expect(names.sort()).toEqual(['PrepLabConv', 'PrepLabConvFilterGrad', 'PrepLabConvInputGrad']);
    const program = compileProgram({ apply: layer.step }, { state: layer.state });
    const found = program.run('apply').map(valuesOf);
    layer.step
      .compute()
      .map(valuesOf)
      .forEach((values, index) => {
        // Sums of 10,000 products nearly cancel: they have fewer digits than others, in TensorFlow's order too.
        expect(worstError(found[index], values)).toBeLessThan(4e-5 * (1 + largestOf(values)));
      });
    for (let i = 0; i < 2; i++) expect(program.run('apply').map(valuesOf)).toEqual(found);
    program.dispose();
  });

  test('are refused for images smaller than the filter', ({ skip }) => {
    skip(!hasWideKernels(), 'This processor has no AVX-512.');
    const options = { T: attribute.type('float32'), padding: attribute.int(0) };
    const filter = tf.zeros([3, 3, 64, 64]);
    const images = tf.zeros([1, 1, 5, 64]);
    const attributes = { ...options, N: attribute.int(0), relu: attribute.bool(false) };
    const run = () => runKernel({ name: 'PrepLabConv', attributes, inputs: [images, filter] });
    expect(run).toThrow('The images must be as large as the filter');
  });

  test.each([
    ['few channels', { images: [2, 8, 8, 32], filter: [3, 3, 32, 64], padding: 'same' }],
    ['a filter of 5 x 5', { images: [2, 8, 8, 64], filter: [5, 5, 64, 64], padding: 'same' }],
    ['a stride', { images: [2, 8, 8, 64], filter: [3, 3, 64, 64], padding: 'same', strides: 2 }],
  ] as const)("are left to TensorFlow's own ops with %s", (_, given) => {
    const names = opsOf(createLayer(given, 'float32'));
    expect(names.filter((name) => name.includes('Conv'))).toEqual([
      'Conv2D',
      'Conv2DBackpropFilter',
    ]);
  });
});
