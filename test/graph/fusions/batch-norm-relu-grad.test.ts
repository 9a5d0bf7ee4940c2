import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { batchNormTraining } from '../../../src/graph/differentiable/batch-norm.js';
import { biasAdd } from '../../../src/graph/differentiable/bias-add.js';
import { relu } from '../../../src/graph/differentiable/relu.js';
import { fuseOps } from '../../../src/graph/fusions/fuse-ops.js';
import { mixPrecision } from '../../../src/graph/mix-precision.js';
import { computeIn, type Precision } from '../../../src/graph/precision.js';
import type { Step } from '../../../src/graph/program.js';
import { recordStep } from '../../../src/graph/recording.js';
import type {
  Scalar,
  Tensor,
  Tensor2D,
  Tensor4D,
  TensorFlow,
  Variable,
} from '../../../src/graph/tensorflow.js';
import { largestOf, someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { valuesOf } from '../both-ways.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

interface Layer {
  readonly state: readonly Variable[];
  readonly step: Step;
}

type Finish = (normal: Tensor, activated: Tensor) => Tensor;

/**
 * Bias, relu and batch normalisation of a variable, and the gradients of a weighted sum of what comes out. In mixed precision a
 * product with 1 stands first, which bfloat16 makes; what it gives and the bias are numbers that bfloat16 holds.
 */
function createLayer(
  shape: readonly number[],
  {
    finish = (normal) => normal,
    precision = 'float32',
  }: { finish?: Finish; precision?: Precision } = {},
): Layer {
  const size = shape.reduce((product, length) => product * length, 1);
  const channels = shape.at(-1) as number;
  const numbers = (count: number, seed?: number) =>
    someNumbers(count, seed).map((value) =>
      precision === 'float32' ? value : Math.round(value * 8) / 8,
    );
  const y = tf.variable(tf.tensor(numbers(size), [...shape]));
  const bias = tf.variable(tf.tensor1d(numbers(channels, 7)));
  const gamma = tf.variable(tf.tensor1d(someNumbers(channels, 5)).add(1.2));
  const beta = tf.variable(tf.tensor1d(someNumbers(channels, 3)));
  const weights = tf.variable(tf.tensor(numbers(size, 11), [...shape]));
  const trained = [y, bias, gamma, beta];
  const asProduct = (x: Tensor) =>
    tf
      .matMul(x.reshape<Tensor2D>([size, 1]), tf.ones([1, 1]) as Tensor2D)
      .reshape(shape as number[]);
  const sumUp = () => {
    const product = precision === 'float32' ? y : asProduct(y);
    const x = relu(biasAdd(product, bias)) as Tensor4D;
    const normal = batchNormTraining({ x, gamma, beta, epsilon: 1e-3 }, () => {});
    return finish(normal, x).mul(weights).sum() as Scalar;
  };
  const compute = () =>
    computeIn(precision, () => {
      const { grads } = tf.variableGrads(sumUp, trained);
      return trained.map((variable) => grads[variable.name] as Tensor);
    });
  return { state: [...trained, weights], step: { compute } };
}

function opsOf({ state, step }: Layer): string[] {
  const { ops } = fuseOps(mixPrecision(recordStep('apply', step, { state })));
  return ops.map(({ name }) => name).filter((name) => /PrepLab|Grad/.test(name));
}

describe.each([
  ['[3, 8, 6, 32]', [3, 8, 6, 32]],
  ['odd lengths', [2, 7, 5, 19]],
  ['one channel', [5, 3, 3, 1]],
  ['several blocks of rows', [40, 13, 13, 64]],
])('The gradients of relu before batch normalisation, %s', (_, shape) => {
  test('are one op and those that TensorFlow composes', () => {
    const layer = createLayer(shape);
    expect(opsOf(layer)).toEqual(['PrepLabBatchNormReluGrad']);
    const program = compileProgram({ apply: layer.step }, { state: layer.state });
    const found = program.run('apply').map(valuesOf);
    const composed = layer.step.compute().map(valuesOf);
    composed.forEach((values, index) => {
      const errors = values.map((value, at) => (found[index]?.[at] ?? Number.NaN) - value);
      expect(largestOf(errors)).toBeLessThan(3e-6 * (1 + largestOf(values)));
    });
    program.dispose();
  });

  test('in bfloat16 are one op too, rounded at the end', () => {
    const layer = createLayer(shape, { precision: 'mixed-bfloat16' });
    expect(opsOf(layer)).toEqual(['PrepLabBatchNormReluGrad']);
    const program = compileProgram({ apply: layer.step }, { state: layer.state });
    const found = program.run('apply').map(valuesOf);
    const composed = layer.step.compute().map(valuesOf);
    composed.forEach((values, index) => {
      // Those of the images and of the bias; of scale and offset they are float32.
      const tolerance = index < 2 ? 2 ** -8 : 3e-6;
      const errors = values.map((value, at) => (found[index]?.[at] ?? Number.NaN) - value);
      expect(largestOf(errors)).toBeLessThan(tolerance * (1 + largestOf(values)));
    });
    program.dispose();
  });

  test.each(['float32', 'mixed-bfloat16'] as const)('repeat bit for bit in %s', (precision) => {
    const layer = createLayer(shape, { precision });
    const program = compileProgram({ apply: layer.step }, { state: layer.state });
    const first = program.run('apply').map(valuesOf);
    for (let i = 0; i < 3; i++) expect(program.run('apply').map(valuesOf)).toEqual(first);
    program.dispose();
  });
});

test('TensorFlow composes what goes past the normalisation', () => {
  const layer = createLayer([2, 4, 4, 3], {
    finish: (normal, activated) => normal.add(activated),
  });
  expect(opsOf(layer)).toEqual(['FusedBatchNormGradV3', 'ReluGrad', 'BiasAddGrad']);
});
