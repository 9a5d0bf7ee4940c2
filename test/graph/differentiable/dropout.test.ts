import { beforeAll, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { composedDropout, dropout } from '../../../src/graph/differentiable/dropout.js';
import { computeIn, type Precision } from '../../../src/graph/precision.js';
import { createRandomSource } from '../../../src/graph/random.js';
import type { Tensor, TensorFlow, Variable } from '../../../src/graph/tensorflow.js';
import { someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { valuesOf } from '../both-ways.js';

let tf: TensorFlow;
let step: Variable;
beforeAll(async () => {
  tf = await loadTestEngine();
  step = tf.variable(tf.scalar(0, 'int32'), false);
});

/** A product with 1, which bfloat16 makes in mixed precision, its dropout, and the gradient towards it. */
function run(
  apply: typeof dropout,
  { shape, rate, seed }: { shape: number[]; rate: number; seed: number },
  precision: Precision,
): number[][] {
  const size = shape.reduce((product, length) => product * length, 1);
  const x = tf.variable(tf.tensor(someNumbers(size), [size, 1]));
  const weights = tf.variable(tf.tensor(someNumbers(size, 7), shape));
  const random = createRandomSource({ seed, stream: 'dropout/1', step });
  const one = tf.ones([1, 1]);
  const compute = () =>
    computeIn(precision, () => {
      const { value, grad } = tf.valueAndGrad((input: Tensor) =>
        apply(tf.matMul(input as never, one as never).reshape(shape), rate, random).mul(weights),
      )(x);
      return [value, grad];
    });
  const program = compileProgram({ apply: { compute } }, { state: [x, weights, step] });
  const found = program.run('apply').map(valuesOf);
  program.dispose();
  return found;
}

test.each([
  [[7], 0.5],
  [[256], 0.1],
  [[64], 0.6],
  [[300], 0.9],
  [[3, 5, 5, 11], 0.3],
  [[128, 33, 20], 0.2],
])('Of shape %j, at a rate of %d: bit for bit what TensorFlow composes', (shape, rate) => {
  for (const seed of [0, 1, 12345]) {
    for (const at of [0, 1, 2_000_000_000]) {
      step.assign(tf.scalar(at, 'int32'));
      for (const precision of ['float32', 'mixed-bfloat16'] as const) {
        const given = { shape: [...shape], rate, seed };
        const found = run(dropout, given, precision);
        expect(found).toEqual(run(composedDropout, given, precision));
        expect(found[0]?.some((value) => value === 0)).toBe(true);
      }
    }
  }
});
