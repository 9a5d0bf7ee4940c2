import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { biasAdd } from '../../../src/graph/differentiable/bias-add.js';
import { computeIn, type Precision } from '../../../src/graph/precision.js';
import type { Scalar, TensorFlow } from '../../../src/graph/tensorflow.js';
import { loadTestEngine } from '../../engine.js';
import { roundToBfloat16 } from '../bfloat16.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const places = 64 * 16 * 16;
/** A gradient that bfloat16 holds, and the same at each place: its sum is exact. */
const step = roundToBfloat16(1.23e-3);

/** Returns the gradient of a bias over many places, each of which gives `step`, taken in a compiled step. */
function biasGradient(precision: Precision): number[] {
  const bias = tf.variable(tf.zeros([3]));
  const one = tf.ones([1, 1]);
  const compute = () =>
    computeIn(precision, () => {
      const loss = () => {
        const images = tf.matMul(tf.fill([places * 3, 1], 1), one).reshape([64, 16, 16, 3]);
        return biasAdd(images, bias)
          .mul(tf.fill([64, 16, 16, 3], step))
          .sum() as Scalar;
      };
      return [tf.variableGrads(loss, [bias]).grads[bias.name] ?? tf.zeros([0])];
    });
  const program = compileProgram({ step: { compute } }, { state: [bias] });
  const [gradient] = program.run('step');
  const values = Array.from(gradient?.dataSync() ?? []);
  program.dispose();
  bias.dispose();
  return values;
}

describe("A bias' gradient sums over all places", () => {
  test('in float32', () => {
    const found = biasGradient('float32');
    expect(found).toHaveLength(3);
    for (const value of found) expect(Math.abs(value / (places * step) - 1)).toBeLessThan(1e-5);
  });

  test('in mixed precision, rounded once at the end', () => {
    expect(biasGradient('mixed-bfloat16')).toEqual(Array(3).fill(roundToBfloat16(places * step)));
  });
});
