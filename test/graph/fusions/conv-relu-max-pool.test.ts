import { beforeAll, describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/graph/compile.js';
import { biasAdd } from '../../../src/graph/differentiable/bias-add.js';
import { relu } from '../../../src/graph/differentiable/relu.js';
import { fuseOps } from '../../../src/graph/fusions/fuse-ops.js';
import type { Step } from '../../../src/graph/program.js';
import { recordStep } from '../../../src/graph/recording.js';
import type { Tensor, Tensor4D, TensorFlow, Variable } from '../../../src/graph/tensorflow.js';
import { largestOf, someNumbers } from '../../engine/numeric-gradient.js';
import { loadTestEngine } from '../../engine.js';
import { valuesOf } from '../both-ways.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

const fused = ['PrepLabConvReluMaxPool', 'PrepLabConvReluMaxPoolGrad'];
const halves = ['PrepLabBiasReluMaxPool', 'PrepLabBiasReluMaxPoolGrad'];

interface Layer {
  readonly state: readonly Variable[];
  readonly step: Step;
}

interface LayerOptions {
  readonly images?: readonly [number, number, number, number];
  readonly filter?: readonly [number, number, number, number];
  readonly padding?: 'same' | 'valid';
  readonly stride?: number;
  readonly alsoReturned?: 'convolved' | 'gradient of images';
}

const images = [3, 12, 10, 3] as const;

/** A convolution, bias, relu and pooling, and the gradients of a weighted sum of what comes out. */
function createLayer(options: LayerOptions = {}): Layer {
  const { padding = 'valid', stride = 1 } = options;
  const variable = (shape: readonly number[], seed: number) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.variable(tf.tensor(someNumbers(size, seed), [...shape]));
  };
  const filterShape = options.filter ?? [3, 3, 3, 32];
  const x = variable(options.images ?? images, 1);
  const filter = variable(filterShape, 2);
  const bias = variable([filterShape[3]], 3);
  const compute = (): Tensor[] => {
    let also: Tensor[] = [];
    const apply = (): Tensor => {
      const convolved = tf.conv2d(
        x as unknown as Tensor4D,
        filter as unknown as Tensor4D,
        stride,
        padding,
      );
      const pooled = tf.maxPool(relu(biasAdd(convolved, bias)) as Tensor4D, 2, 2, 'valid');
      also = [tf.keep((options.alsoReturned === 'convolved' ? convolved : pooled).clone())];
      return pooled.mul(pooled.add(0.5)).sum();
    };
    const wanted =
      options.alsoReturned === 'gradient of images' ? [filter, bias, x] : [filter, bias];
    const { grads } = tf.variableGrads(apply as never, wanted);
    return [...also, ...wanted.map(({ name }) => grads[name] as Tensor)];
  };
  return { state: [x, filter, bias], step: { compute } };
}

function opsOf({ state, step }: Layer): string[] {
  const { ops } = fuseOps(recordStep('apply', step, { state }));
  return ops.map(({ name }) => name).filter((name) => name.startsWith('PrepLab'));
}

describe.each<[string, LayerOptions]>([
  ['even', {}],
  ['odd', { images: [2, 13, 9, 3] }],
  ['CIFAR-10', { images: [20, 32, 32, 3] }],
  ['one window', { images: [2, 4, 4, 3] }],
  ['many channels', { filter: [3, 3, 3, 96] }],
])('A convolution of three channels up to its pooling (%s)', (_, options) => {
  test('runs as two ops and gives what TensorFlow composes, to 3e-6 of the largest value', () => {
    const layer = createLayer(options);
    expect(opsOf(layer)).toEqual(fused);
    const program = compileProgram({ apply: layer.step }, layer);
    const own = program.run('apply').map(valuesOf);
    const composed = layer.step.compute().map(valuesOf);
    own.forEach((values, output) => {
      const expected = composed[output] as number[];
      expect(values).toHaveLength(expected.length);
      const errors = values.map((value, i) => value - (expected[i] as number));
      expect(largestOf(errors)).toBeLessThan(3e-6 * largestOf(expected));
    });
    program.dispose();
  });

  test('repeats bit for bit', () => {
    const layer = createLayer(options);
    const program = compileProgram({ apply: layer.step }, layer);
    const first = program.run('apply').map(valuesOf);
    for (let i = 0; i < 3; i++) expect(program.run('apply').map(valuesOf)).toEqual(first);
    program.dispose();
  });
});

test('Images without a window are pooled to nothing and give no gradient', () => {
  const layer = createLayer({ images: [2, 3, 6, 3] });
  const program = compileProgram({ apply: layer.step }, layer);
  const [pooled, filter, bias] = program.run('apply').map(valuesOf);
  expect(pooled).toEqual([]);
  expect([...(filter ?? []), ...(bias ?? [])]).toEqual(Array(27 * 32 + 32).fill(0));
  program.dispose();
});

test.each<[string, LayerOptions]>([
  ['a step that looks at what the convolution gives', { alsoReturned: 'convolved' }],
  ['a step that wants the gradient of the images', { alsoReturned: 'gradient of images' }],
  ['images of one channel', { images: [3, 12, 10, 1], filter: [3, 3, 1, 32] }],
  ['a larger filter', { filter: [5, 5, 3, 32] }],
  ['channels that are no multiple of 32', { filter: [3, 3, 3, 48] }],
  ['padding', { padding: 'same' }],
  ['strides', { stride: 2 }],
])('oneDNN convolves for %s', (_, options) => {
  expect(opsOf(createLayer(options))).toEqual(halves);
});
