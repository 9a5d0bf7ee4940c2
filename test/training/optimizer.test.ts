import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { createEagerProgram } from '../../src/graph/eager.js';
import type { Tensor, TensorFlow } from '../../src/graph/tensorflow.js';
import { createOptimizer } from '../../src/training/optimizer.js';
import type { OptimizerOptions } from '../../src/training/optimizers/list.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const start = [1, -0.5, 0.25, 0];

/** From large to so small that Adam's epsilon counts, with changing signs. */
const gradientAt = (step: number) =>
  [3, -0.1, 1e-4, 2e-7].map((size, index) => size * Math.cos(step * (index + 1)));

/** Returns the weights after each of 20 steps with one learning rate, then 5 with a fifth of it. */
function optimise(options: OptimizerOptions, execution: 'graph' | 'eager'): number[][] {
  const weight = tf.variable(tf.tensor1d(start));
  const iteration = tf.variable(tf.scalar(0, 'int32'), false);
  const learningRate = tf.variable(tf.scalar(options.learningRate), false);
  const optimizer = createOptimizer(
    { optimizer: options },
    {
      parameters: [{ variable: weight, layer: 'dense_1', kind: 'dense', part: 'kernel' }],
      learningRate,
      iteration,
      length: { stepsPerEpoch: 25, totalSteps: 25, epochCount: 1 },
    },
  );
  const step = {
    inputs: [{ shape: [4], dtype: 'float32' }] as const,
    compute(gradient: Tensor) {
      optimizer.apply([gradient]);
      iteration.assign(iteration.add(tf.scalar(1, 'int32')));
      return [];
    },
  };
  const state = [weight, iteration, learningRate, ...optimizer.state];
  const program =
    execution === 'graph' ? compileProgram({ step }, { state }) : createEagerProgram({ step });
  const weights = Array.from({ length: 25 }, (_, index) => {
    if (index === 20) program.write([[learningRate, tf.scalar(options.learningRate / 5)]]);
    const gradient = tf.tensor1d(gradientAt(index));
    program.run('step', [gradient]);
    const [value] = program.read([weight]);
    return Array.from(value?.dataSync() ?? []);
  });
  program.dispose();
  tf.dispose(state);
  return weights;
}

/** One weight through all steps, in float64. */
type Oracle = (index: number, rateAt: (step: number) => number) => number[];

/** Keras' form: epsilon beside the uncorrected root, and betas in float32. */
const adam: Oracle = (index, rateAt) => {
  const [beta1, beta2] = [Math.fround(0.9), Math.fround(0.999)];
  let [w, m, v] = [start[index] ?? 0, 0, 0];
  return Array.from({ length: 25 }, (_, step) => {
    const g = gradientAt(step)[index] ?? 0;
    m += (g - m) * (1 - 0.9);
    v += (g * g - v) * (1 - 0.999);
    const t = step + 1;
    const rate = (rateAt(step) * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    w -= (rate * m) / (Math.sqrt(v) + 1e-7);
    return w;
  });
};

const sgd =
  (momentum: number): Oracle =>
  (index, rateAt) => {
    let [w, velocity] = [start[index] ?? 0, 0];
    return Array.from({ length: 25 }, (_, step) => {
      velocity = momentum * velocity - rateAt(step) * (gradientAt(step)[index] ?? 0);
      w += velocity;
      return w;
    });
  };

const cases: [string, OptimizerOptions, Oracle][] = [
  [
    "Adam in Keras' form",
    { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    adam,
  ],
  ['SGD', { name: 'sgd', learningRate: 0.05, momentum: 0 }, sgd(0)],
  ['SGD with momentum', { name: 'sgd', learningRate: 0.05, momentum: 0.9 }, sgd(0.9)],
];

describe.each(['graph', 'eager'] as const)('In %s execution', (execution) => {
  test.each(cases)(
    '%s follows plain loops through 25 steps and a change of rate',
    (_, options, oracle) => {
      const rateAt = (step: number) => options.learningRate / (step < 20 ? 1 : 5);
      const found = optimise(options, execution);
      start.forEach((_, index) => {
        oracle(index, rateAt).forEach((expected, step) => {
          // Float32 keeps 6e-8 of a weight around 1; Adam's powers of beta cost up to 2e-5 of a step's size.
          const tolerance = 3e-7 + 3e-5 * options.learningRate;
          const distance = Math.abs((found[step]?.[index] ?? Number.NaN) - expected);
          expect(distance, `weight ${index}, step ${step}`).toBeLessThan(tolerance);
        });
      });
    },
  );
});

test('The tolerance tells Keras’ Adam from the paper’s', () => {
  const papers = (g: number) => g / (Math.abs(g) + 1e-7);
  const keras = (g: number) => g / (Math.abs(g) + 1e-7 / Math.sqrt(1 - 0.999));
  expect(0.01 * Math.abs(papers(2e-7) - keras(2e-7))).toBeGreaterThan(1e-3);
});

test('Adam takes a first step of the learning rate’s size, whatever the gradient’s', () => {
  const options = { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999 } as const;
  const [first] = optimise({ ...options, epsilon: 1e-12 }, 'eager');
  start.forEach((value, index) => {
    const step = Math.abs((first?.[index] ?? 0) - value);
    expect(step).toBeCloseTo(0.01, 5);
  });
});
