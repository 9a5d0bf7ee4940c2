import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { type Convolution, conv2d } from '../../../src/graph/differentiable/conv2d.js';
import { computeIn, type Precision } from '../../../src/graph/precision.js';
import { recordStep } from '../../../src/graph/recording.js';
import type { Scalar, Tensor, Tensor4D, TensorFlow } from '../../../src/graph/tensorflow.js';
import { loadTestEngine } from '../../engine.js';
import { roundToBfloat16 } from '../bfloat16.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

interface Case extends Partial<Convolution> {
  readonly images: readonly [number, number, number, number];
  readonly kernel: readonly [number, number, number, number];
}

/** Numbers that bfloat16 holds. */
function numbers(shape: readonly number[], seed: number): Tensor4D {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, index) =>
    roundToBfloat16(Math.sin(index * 1.7 + seed)),
  );
  return tf.tensor(values, [...shape] as [number, number, number, number]);
}

function createStep({ images, kernel, ...changes }: Case) {
  const convolution: Convolution = {
    strides: [1, 1],
    dilations: [1, 1],
    padding: 'same',
    ...changes,
  };
  const state = [tf.variable(numbers(images, 1)), tf.variable(numbers(kernel, 2))];
  const compute = (precision: Precision) => (): Tensor[] => {
    const [x, w] = state as unknown as [Tensor4D, Tensor4D];
    return computeIn(precision, () => {
      const { value, grads } = tf.variableGrads(() => {
        const y = conv2d(x, w, convolution);
        return y.mul(numbers(y.shape, 3)).sum() as Scalar;
      }, state);
      return [value, ...state.map(({ name }) => grads[name] as Tensor)];
    });
  };
  return { state, compute };
}

/** The loss and the gradients of images and kernel. */
function run(given: Case, precision: Precision): Float32Array[] {
  const { state, compute } = createStep(given);
  const program = compileProgram({ step: { compute: compute(precision) } }, { state });
  const outputs = program.run('step').map((output) => output.dataSync<'float32'>().slice());
  program.dispose();
  return outputs;
}

function joins(given: Case, precision: Precision = 'mixed-bfloat16'): boolean {
  const { state, compute } = createStep(given);
  const { ops } = recordStep('step', { compute: compute(precision) }, { state });
  return ops.some(({ name }) => name === 'PadV2');
}

const cases: readonly Case[] = [
  { images: [8, 3, 3, 5], kernel: [3, 3, 5, 4] },
  { images: [6, 7, 7, 3], kernel: [3, 3, 3, 2] },
  { images: [4, 8, 8, 3], kernel: [3, 3, 3, 2] },
  { images: [4, 5, 6, 3], kernel: [5, 5, 3, 2] },
  { images: [6, 4, 2, 3], kernel: [1, 3, 3, 2] },
];

describe.each(cases)('Images of $images under a kernel of $kernel', (given) => {
  test('are put side by side for the gradient of the kernel in mixed precision only', () => {
    expect(joins(given)).toBe(true);
    expect(joins(given, 'float32')).toBe(false);
  });

  test('have the gradients of float32, rounded once', () => {
    const [exact, mixed] = [run(given, 'float32'), run(given, 'mixed-bfloat16')];
    expect(mixed).toHaveLength(3);
    exact.slice(1).forEach((expected, output) => {
      const found = mixed[output + 1] ?? new Float32Array();
      expect(found).toHaveLength(expected.length);
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      found.forEach((value, index) => {
        const exactly = expected[index] as number;
        const tolerance = 2 ** -8 * Math.abs(exactly) + 1e-5 * largest;
        expect(Math.abs(value - exactly)).toBeLessThanOrEqual(tolerance);
      });
    });
  });
});

test.each<[string, Case]>([
  ['are wide', { images: [4, 9, 9, 3], kernel: [3, 3, 3, 2] }],
  ['cannot be shared out evenly', { images: [7, 7, 7, 3], kernel: [3, 3, 3, 2] }],
  ['are stepped over', { images: [8, 6, 6, 3], kernel: [3, 3, 3, 2], strides: [2, 2] }],
  ['are not padded', { images: [8, 6, 6, 3], kernel: [3, 3, 3, 2], padding: 'valid' }],
  ['meet a kernel of one pixel', { images: [8, 6, 6, 3], kernel: [1, 1, 3, 2] }],
  ['meet an even kernel', { images: [8, 6, 6, 3], kernel: [2, 2, 3, 2] }],
])('Images that %s stay by themselves', (_, given) => {
  expect(joins(given)).toBe(false);
});
