import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { composedGelu, gelu, geluTanh } from '../../../src/graph/differentiable/gelu.js';
import type { Tensor, TensorFlow } from '../../../src/graph/tensorflow.js';
import { numericGradient, someNumbers, weigh } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { valuesOf } from '../both-ways.js';

interface Golden {
  readonly input: { readonly values: readonly number[] };
  readonly output: Readonly<
    Record<'forward' | 'gradient' | 'forward_tanh_approximation', readonly number[]>
  >;
}

/** From torch: 121 numbers from -6 to 6. */
const golden = JSON.parse(
  readFileSync(new URL('../../golden/activations/gelu.json', import.meta.url), 'utf8'),
) as Golden;

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

function expectClose(found: Tensor, expected: readonly number[], tolerance = 1e-6): void {
  const values = found.dataSync();
  expect(values).toHaveLength(expected.length);
  const errors = expected.map((value, index) => Math.abs((values[index] ?? Number.NaN) - value));
  expect(Math.max(...errors)).toBeLessThan(tolerance);
}

describe.each([
  ['gelu', gelu],
  ['composedGelu', composedGelu],
])('%s', (_, activation) => {
  test("gives torch's values and gradients", () => {
    const x = tf.tensor1d([...golden.input.values]);
    expectClose(activation(x), golden.output.forward);
    expectClose(tf.grad((input) => activation(input))(x), golden.output.gradient);
  });

  test('is the identity far above 0 and nothing far below it', () => {
    const x = tf.tensor1d([-1e30, -40, 0, 40, 1e30]);
    expect(Array.from(activation(x).dataSync(), Math.abs)).toEqual([
      0,
      0,
      0,
      40,
      Math.fround(1e30),
    ]);
    expect(
      tf
        .grad((input) => activation(input))(x)
        .arraySync(),
    ).toEqual([0, 0, 0.5, 1, 1]);
  });
});

describe('geluTanh', () => {
  test("gives torch's values", () => {
    const x = tf.tensor1d([...golden.input.values]);
    expectClose(geluTanh(x), golden.output.forward_tanh_approximation);
  });

  test('has the gradient of its formula', () => {
    const values = someNumbers(40).map((value) => value * 4);
    const dy = someNumbers(40, 3);
    const formula = (x: number) =>
      (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2;
    const expected = numericGradient((at) => weigh(at.map(formula), dy), values);
    expectClose(tf.grad(geluTanh)(tf.tensor1d(values), tf.tensor1d(dy)), expected, 2e-6);
  });
});

describe.each([
  ['gelu', gelu],
  ['composedGelu', composedGelu],
  ['geluTanh', geluTanh],
])('%s', (_, activation) => {
  test('keeps the shape, and gives in a graph what it gives eagerly, with its gradient', () => {
    const x = tf.variable(tf.tensor(someNumbers(24), [2, 3, 2, 2]).mul(5));
    const compute = () => {
      const { value, grad } = tf.valueAndGrad((input) => activation(input))(x);
      return [value, grad];
    };
    const eager = compute();
    const program = compileProgram({ apply: { compute } }, { state: [x] });
    const traced = program.run('apply');
    traced.forEach((tensor, index) => {
      expect(tensor.shape).toEqual([2, 3, 2, 2]);
      // TensorFlow's graph optimiser regroups the factors.
      expectClose(tensor, valuesOf(eager[index] as Tensor), 2e-6);
    });
    program.dispose();
    tf.dispose([x, ...eager, ...traced]);
  });

  test('leaks no tensor', () => {
    const x = tf.tensor1d(someNumbers(6));
    const before = tf.memory().numTensors;
    tf.dispose(tf.valueAndGrad((input) => activation(input).sum() as Tensor)(x));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(x);
  });
});
