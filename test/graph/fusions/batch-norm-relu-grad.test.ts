import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { batchNormTraining } from '../../../src/graph/differentiable/batch-norm.js';
import { biasAdd } from '../../../src/graph/differentiable/bias-add.js';
import { relu } from '../../../src/graph/differentiable/relu.js';
import { fuseOps } from '../../../src/graph/fusions/fuse-ops.js';
import type { Step } from '../../../src/graph/program.js';
import { recordStep } from '../../../src/graph/recording.js';
import type { Tensor, Tensor4D, TensorFlow, Variable } from '../../../src/graph/tensorflow.js';
import { someNumbers } from '../../engine/numeric-gradient.js';
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

/** Bias, relu and batch normalisation of a variable, and the gradients of a weighted sum of what comes out. */
function createLayer(
  shape: readonly number[],
  finish: (normal: Tensor, activated: Tensor) => Tensor = (normal) => normal,
): Layer {
  const size = shape.reduce((product, length) => product * length, 1);
  const channels = shape.at(-1) as number;
  const y = tf.variable(tf.tensor(someNumbers(size), [...shape]));
  const bias = tf.variable(tf.tensor1d(someNumbers(channels, 7)).mul(0.3));
  const gamma = tf.variable(tf.tensor1d(someNumbers(channels, 5)).add(1.2));
  const beta = tf.variable(tf.tensor1d(someNumbers(channels, 3)));
  const weights = tf.variable(tf.tensor(someNumbers(size, 11), [...shape]));
  const trained = [y, bias, gamma, beta];
  const compute = (): Tensor[] => {
    const { value, grads } = tf.variableGrads(
      (() => {
        const x = relu(biasAdd(y, bias)) as Tensor4D;
        const normal = batchNormTraining({ x, gamma, beta, epsilon: 1e-3 }, () => {});
        return finish(normal, x).mul(weights).sum();
      }) as never,
      trained,
    );
    return [value, ...trained.map((variable) => grads[variable.name] as Tensor)];
  };
  return { state: [...trained, weights], step: { compute } };
}

function opsOf({ state, step }: Layer): string[] {
  const { ops } = fuseOps(recordStep('apply', step, { state }));
  return ops.map(({ name }) => name).filter((name) => /PrepLab|Grad/.test(name));
}

function largest(values: readonly number[]): number {
  return values.reduce((worst, value) => Math.max(worst, Math.abs(value)), 0);
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
      expect(largest(errors)).toBeLessThan(3e-6 * (1 + largest(values)));
    });
    program.dispose();
  });

  test('repeat bit for bit', () => {
    const layer = createLayer(shape);
    const program = compileProgram({ apply: layer.step }, { state: layer.state });
    const first = program.run('apply').map(valuesOf);
    for (let i = 0; i < 3; i++) expect(program.run('apply').map(valuesOf)).toEqual(first);
    program.dispose();
  });
});

test('TensorFlow composes what goes past the normalisation', () => {
  const layer = createLayer([2, 4, 4, 3], (normal, activated) => normal.add(activated));
  expect(opsOf(layer)).toEqual(['FusedBatchNormGradV3', 'ReluGrad', 'BiasAddGrad']);
});
