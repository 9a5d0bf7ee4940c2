import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
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

const fused = ['PrepLabBiasReluMaxPool', 'PrepLabBiasReluMaxPoolGrad'];

interface Layer {
  readonly y: Variable;
  readonly bias: Variable;
  readonly step: Step;
}

interface LayerOptions {
  readonly pool?: (x: Tensor4D) => Tensor;
  /** What the step returns besides the loss and the gradients. */
  readonly alsoReturned?: 'relu' | 'pooled';
  readonly gradients?: 'none';
}

/** Bias, relu and pooling of a variable, and the gradients of a weighted sum of what comes out. */
function createLayer(shape: readonly number[], options: LayerOptions = {}): Layer {
  const size = shape.reduce((product, length) => product * length, 1);
  const y = tf.variable(tf.tensor(someNumbers(size), [...shape]));
  const bias = tf.variable(tf.tensor1d(someNumbers(shape.at(-1) as number, 7)).mul(0.3));
  const pool = options.pool ?? ((x: Tensor4D) => tf.maxPool(x, 2, 2, 'valid'));
  const compute = (): Tensor[] => {
    let also: Tensor[] = [];
    const apply = (): Tensor => {
      const activated = relu(biasAdd(y, bias)) as Tensor4D;
      const pooled = pool(activated);
      const kept = { relu: activated, pooled }[options.alsoReturned ?? 'pooled'];
      also = [tf.keep(kept.clone())];
      return pooled.mul(pooled.add(0.5)).sum();
    };
    if (options.gradients === 'none') return [apply(), ...also];
    const { value, grads } = tf.variableGrads(apply as never, [y, bias]);
    return [value, ...also, grads[y.name] as Tensor, grads[bias.name] as Tensor];
  };
  return { y, bias, step: { compute } };
}

function opsOf({ y, bias, step }: Layer): string[] {
  const { ops } = fuseOps(recordStep('apply', step, { state: [y, bias] }));
  return ops.map(({ name }) => name).filter((name) => name.startsWith('PrepLab'));
}

describe.each([
  ['even', [3, 8, 6, 32]],
  ['odd', [2, 7, 5, 19]],
  ['one channel', [1, 2, 2, 1]],
  ['many images', [40, 13, 13, 64]],
])('Bias, relu and pooling of images of %s size', (_, shape) => {
  test('run as two ops and give what TensorFlow composes', () => {
    const layer = createLayer(shape);
    expect(opsOf(layer)).toEqual(fused);
    const program = compileProgram({ apply: layer.step }, { state: [layer.y, layer.bias] });
    const [, pooled, towardsY, towardsBias] = program.run('apply').map(valuesOf);
    const [, ...composed] = layer.step.compute().map(valuesOf);
    expect(pooled).toEqual(composed[0]);
    expect(towardsY).toEqual(composed[1]);
    composed[2]?.forEach((value, channel) => {
      const error = Math.abs((towardsBias?.[channel] ?? Number.NaN) - value);
      expect(error).toBeLessThan(1e-5 + 1e-6 * Math.abs(value));
    });
    program.dispose();
  });

  test('repeat bit for bit', () => {
    const layer = createLayer(shape);
    const program = compileProgram({ apply: layer.step }, { state: [layer.y, layer.bias] });
    const first = program.run('apply').map(valuesOf);
    for (let i = 0; i < 3; i++) expect(program.run('apply').map(valuesOf)).toEqual(first);
    program.dispose();
  });
});

test('Images without pixels in a window are pooled to nothing', () => {
  const layer = createLayer([2, 1, 4, 3]);
  const program = compileProgram({ apply: layer.step }, { state: [layer.y, layer.bias] });
  const [, pooled, towardsY, towardsBias] = program.run('apply').map(valuesOf);
  expect({ pooled, towardsBias }).toEqual({ pooled: [], towardsBias: [0, 0, 0] });
  expect(towardsY).toEqual(Array(24).fill(0));
  program.dispose();
});

test.each<[string, LayerOptions]>([
  ['a step that looks at what relu gives', { alsoReturned: 'relu' }],
  ['a step without gradients', { gradients: 'none' }],
  ['another window', { pool: (x) => tf.maxPool(x, 3, 2, 'valid') }],
  ['another stride', { pool: (x) => tf.maxPool(x, 2, 1, 'valid') }],
  ['padding', { pool: (x) => tf.maxPool(x, 2, 2, 'same') }],
  ['average pooling', { pool: (x) => tf.avgPool(x, 2, 2, 'valid') }],
])('TensorFlow composes %s', (_, options) => {
  expect(opsOf(createLayer([2, 8, 8, 4], options))).toEqual([]);
});

test('What is not a number comes out as it is', () => {
  const layer = createLayer([1, 2, 2, 1]);
  layer.y.assign(tf.fill([1, 2, 2, 1], Number.NaN));
  const program = compileProgram({ apply: layer.step }, { state: [layer.y, layer.bias] });
  expect(program.run('apply')[0]?.arraySync()).toBeNaN();
  program.dispose();
});
